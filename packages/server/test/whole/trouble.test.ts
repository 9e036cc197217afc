import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Alert, Series } from '../../src/wire/watching.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('sshd')

const scripts = {
  good: 'echo 7',
  silent: 'true',
  two: 'echo 1 2',
  text: 'echo busy',
  huge: 'i=0; while [ $i -lt 11000 ]; do echo 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789; i=$((i+1)); done',
  endless: 'while :; do sleep 1; done',
  broken: 'echo "1',
  failing: 'echo 5; exit 3',
}

const expectedKinds = {
  silent: 'no-output',
  two: 'not-a-number',
  text: 'not-a-number',
  huge: 'too-long',
  endless: 'timeout',
  broken: 'syntax',
  failing: 'exit',
}

describe.skipIf(skip)('trouble on real nodes stays where it is', () => {
  const key = makeEd25519()
  let nodes: SshdNode[] = []
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeAll(async () => {
    nodes = await startSshdFleet(4, { authorizedKeys: [key.publicKey] })
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data)
    const document = {
      version: 1,
      sshProfiles: [{ name: 'ops', user: nodes[0]?.user, privateKey: { value: key.privateKey } }],
      counters: Object.entries(scripts).map(([name, script]) => ({ name, ssh: { script }, period: '2s' })),
      clusters: [
        { name: 'odd', counters: Object.keys(scripts), nodes: [nodeOf('odd01', nodes[0])] },
        {
          name: 'shop',
          counters: ['good'],
          nodes: nodes.slice(1).map((node, index) => nodeOf(`shop0${index + 1}`, node)),
        },
      ],
    }
    await tscaler.api('POST', '/api/v1/apply', { document })
  })

  afterAll(async () => {
    await tscaler?.stop()
    for (const node of nodes) node.thaw()
    await Promise.all(nodes.map((node) => node.stop()))
    await folder?.remove()
  })

  function nodeOf(name: string, node: SshdNode | undefined) {
    return { name, hostname: node?.host, port: node?.port, hostKey: node?.hostKey, sshProfile: 'ops' }
  }

  async function seriesOf(node: string): Promise<Map<string, Series>> {
    const { items } = await tscaler.api<{ items: Series[] }>('GET', `/api/v1/series?node=${node}`)
    return new Map(items.map((one) => [one.counter.name, one]))
  }

  function failureOf(series: Series | undefined) {
    return series?.latest && 'failure' in series.latest ? series.latest.failure : undefined
  }

  function goodAfter(node: string, since: number) {
    return waitFor(`a value of ${node}`, async () => {
      const latest = (await seriesOf(node)).get('good')?.latest
      return latest && 'value' in latest && latest.value === 7 && Date.parse(latest.at) > since
    })
  }

  test('each bad script is a failure of its own kind, and the good one beside them goes on', {
    timeout: 30_000,
  }, async () => {
    await waitFor(
      'all kinds',
      async () => {
        const series = await seriesOf('odd01')
        return Object.entries(expectedKinds).every(([name, kind]) => failureOf(series.get(name))?.kind === kind)
      },
      20_000,
    )
    for (const [name, series] of await seriesOf('odd01'))
      if (name !== 'good') expect(failureOf(series)?.text).not.toBe('')
    await goodAfter('odd01', Date.now())
  })

  test('a node that hangs fails with a timeout, nobody else does, and it comes back', { timeout: 60_000 }, async () => {
    nodes[1]?.freeze()
    const failure = await waitFor('a failure', async () => failureOf((await seriesOf('shop01')).get('good')))
    expect(['timeout', 'unreachable']).toContain(failure.kind)
    await goodAfter('shop02', Date.now())
    nodes[1]?.thaw()
    await goodAfter('shop01', Date.now())
  })

  test('a node that is gone is unreachable, an alert says so in words, and both end when it is back', {
    timeout: 90_000,
  }, async () => {
    await nodes[2]?.kill()
    await waitFor('a failure', async () => failureOf((await seriesOf('shop02')).get('good'))?.kind === 'unreachable')
    const alert = await waitFor('an alert', () => alertOf('node-unreachable'), 45_000)
    expect(alert.text).toMatch(/^shop02: .*refused/)
    await nodes[2]?.restart()
    // By itself tscaler would come back within a minute; a check connects now.
    await tscaler.api('POST', `/api/v1/nodes/${await idOf('shop02')}/check`)
    await goodAfter('shop02', Date.now())
    await waitFor('the alert to end', async () => !(await alertOf('node-unreachable')))
  })

  test('a changed host key stops all work on the node until a person accepts it', { timeout: 60_000 }, async () => {
    const node = nodes[3]
    await node?.changeHostKey()
    await waitFor('a failure', async () => failureOf((await seriesOf('shop03')).get('good'))?.kind === 'host-key')
    const alert = await waitFor('an alert', () => alertOf('host-key-changed'))
    expect(alert.text).toContain(node?.fingerprint)
    await goodAfter('shop02', Date.now())
    await tscaler.api('POST', `/api/v1/nodes/${await idOf('shop03')}/trust`, { fingerprint: node?.fingerprint })
    await goodAfter('shop03', Date.now())
  })

  test('a second process on the data folder refuses and says which has it', async () => {
    await expect(startTscaler(folder.data)).rejects.toThrow(new RegExp(`process ${tscaler.pid}`))
  })

  async function idOf(node: string): Promise<number> {
    return (await tscaler.api<{ id: number }>('GET', `/api/v1/nodes/${node}`)).id
  }

  async function alertOf(kind: string): Promise<Alert | undefined> {
    const { items } = await tscaler.api<{ items: Alert[] }>('GET', '/api/v1/alerts')
    return items.find((one) => one.kind === kind && one.state !== 'resolved')
  }
})
