import { type Cloud, startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { namespaceMachines } from '@tscaler/rehearsal/cloud/machines/namespaces.ts'
import { sshdMachines } from '@tscaler/rehearsal/cloud/machines/sshd.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { type Hub, startHub } from '@tscaler/rehearsal/machine-nodes.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Node } from '../../src/wire/resources.ts'
import type { Run } from '../../src/wire/runs.ts'
import { type CloudFleet, cloudDocument, cloudInventory } from './cloud-document.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('sshd')

const { skip: noMachines } = requirePart('machines')

/** Ways to learn a new machine's host key, each with machines that it can be shown on: a key is only replaced in files of their own. */
const ways = [
  { hostKeyFrom: 'console', machines: 'a real sshd each', skip, startHub: async () => undefined },
  { hostKeyFrom: 'user-data', machines: 'namespaces of their own', skip: noMachines, startHub },
] as const

describe.each(ways)('machines of a cloud, $machines', ({ hostKeyFrom, skip, startHub }) => {
  const key = makeEd25519()
  let hub: Hub | undefined
  let cloud: Cloud
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeEach(async () => {
    if (skip) return
    hub = await startHub()
    cloud = await startCloud({
      machines: hub ? namespaceMachines(hub) : await sshdMachines(),
      inventory: cloudInventory(key.publicKey),
      times: { pendingMs: 50 },
    })
    folder = await dataFolder()
    const url = hub ? await cloud.listenInside(hub.enter) : cloud.url
    tscaler = await startTscaler(
      folder.data,
      { TSCALER_EC2_ENDPOINT: url, TSCALER_ELB_ENDPOINT: url },
      { enter: hub?.enter },
    )
  })

  afterEach(async () => {
    await tscaler?.stop()
    await cloud?.close()
    await hub?.stop()
    await folder?.remove()
  })

  async function configure(fleet: Omit<CloudFleet, 'cloud' | 'privateKey'> = {}): Promise<void> {
    await tscaler.api('POST', '/api/v1/apply', {
      document: cloudDocument({ ...fleet, cloud, privateKey: key.privateKey }),
    })
  }

  async function ended(id: number): Promise<Run> {
    return waitFor(
      'the run to end',
      async () => {
        const run = await tscaler.api<Run>('GET', `/api/v1/runs/${id}`)
        if (!['succeeded', 'failed', 'cancelled'].includes(run.state)) throw new Error(await logsOf(run))
        return run
      },
      30_000,
    )
  }

  /** For the message of a test that fails. */
  async function logsOf({ id, state, steps }: Run): Promise<string> {
    const logs = steps.map(async ({ n }) => {
      const { items } = await tscaler.api<{ items: { text: string }[] }>('GET', `/api/v1/runs/${id}/steps/${n}/log`)
      return items.map(({ text }) => `${n} ${text}`).join('\n')
    })
    return `it is ${state}:\n${(await Promise.all(logs)).join('\n')}`
  }

  async function execute(trigger: string): Promise<Run> {
    const { id } = await tscaler.api<Run>('POST', `/api/v1/triggers/${trigger}/execute`, {})
    return ended(id)
  }

  async function nodes(): Promise<Node[]> {
    const { items } = await tscaler.api<{ items: Node[] }>('GET', '/api/v1/nodes')
    return items.filter(({ cluster }) => cluster?.name === 'shop')
  }

  const alive = () => cloud.instances().filter(({ state }) => state === 'running' || state === 'pending')
  const tagsOf = ({ tags }: { tags: ReadonlyMap<string, { value: string }> }): Record<string, string> =>
    Object.fromEntries([...tags].map(([name, { value }]) => [name, value]))
  const members = () => cloud.balancers().map(({ name, members }) => `${name}: ${members.length}`)

  test.skipIf(skip)(`come with a host key from ${hostKeyFrom}, and go again`, { timeout: 60_000 }, async () => {
    await configure({ hostKeyFrom })
    const grown = await execute('grow')
    expect(grown).toMatchObject({ state: 'succeeded' })
    expect(grown.steps.map(({ type, state }) => `${type} ${state}`)).toEqual([
      'deployEc2Node succeeded',
      'localScript succeeded',
      'nodeReady succeeded',
      'localScript succeeded',
    ])
    const [node] = await nodes()
    expect(node).toMatchObject({ name: 'shop01', state: 'in-service', ec2Profile: { name: 'web' } })
    const [vm, ...more] = alive()
    expect(more).toEqual([])
    expect(vm?.id).toBe(node?.instanceId)
    expect(vm && tagsOf(vm)).toMatchObject({ Name: 'shop01', Cluster: 'shop', team: 'shop' })
    if (hostKeyFrom === 'console') expect(node?.hostKey).toBe(vm?.hostKey)
    else expect(node?.hostKey).not.toBe(vm?.hostKey)
    expect(members()).toEqual(['shop-classic: 1', 'shop-group: 1'])
    await waitFor('its counter', async () => {
      const { items } = await tscaler.api<{ items: { latest: { value?: number } | null }[] }>(
        'GET',
        '/api/v1/series?node=shop01',
      )
      return items.some(({ latest }) => latest?.value !== undefined)
    })

    // The last one that is sent requests stays.
    const refused = await execute('shrink')
    expect(refused.state).toBe('failed')
    expect(refused.note).toContain('would be left with 0 healthy machines')
    expect((await nodes())[0]).toMatchObject({ state: 'in-service' })

    expect(await execute('grow')).toMatchObject({ state: 'succeeded' })
    expect((await nodes()).map(({ name }) => name)).toEqual(['shop01', 'shop02'])
    const shrunk = await execute('shrink')
    expect(shrunk.note).toBeNull()
    expect(shrunk.steps.flatMap(({ tasks }) => tasks.map(({ node }) => node?.name))).toEqual(['shop02', 'shop02'])
    expect((await nodes()).map(({ name }) => name)).toEqual(['shop01'])
    expect(alive().map((vm) => tagsOf(vm).Name)).toEqual(['shop01'])
    expect(members()).toEqual(['shop-classic: 1', 'shop-group: 1'])
  })
})
