import { readFile, writeFile } from 'node:fs/promises'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { New } from '../../../keep/store/table.ts'
import type { Ec2Profile } from '../../../model/profile.ts'
import { rackProgram, writeProgram } from '../../../reach/cloud/program/program.fixture.ts'
import type { LocalPrograms } from '../../../reach/local/local-programs.ts'
import { Mortal } from '../../crash.fixture.ts'
import { RackHouse, realPrograms } from '../deploy-command/deploy-command.fixture.ts'

const { skip } = requirePart('sshd', 'python3')
const onRack = test.skipIf(skip)

let at: RackHouse
beforeEach(async () => {
  at = await RackHouse.open()
})
afterEach(() => at.close())

/** The rack's inventory, changed by hand. */
async function changeInventory(change: (inventory: { taken: Record<string, object> }) => void): Promise<void> {
  const file = at.rack.command[1] ?? ''
  const inventory = JSON.parse(await readFile(file, 'utf8'))
  change(inventory)
  await writeFile(file, JSON.stringify(inventory))
}

onRack('a machine of the program is ended, and its node is gone', async () => {
  await at.deploy()
  const seen = await at.remove()
  expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
  expect(await at.rack.taken()).toEqual([])
  expect(await at.house.store.nodes.count()).toBe(0)
  expect(await at.house.store.launches.list()).toMatchObject([{ state: 'ended' }])
})

onRack('with a load balancer: in it before it is in service, out of it before it is ended', async () => {
  const calls = `${at.rack.folder}/calls`
  const program = await writeProgram(
    at.rack.folder,
    `#!/bin/sh
ask=$(cat)
printf '%s\\n' "$ask" | sed 's/{"op":"\\([a-zA-Z]*\\)".*/\\1/' >>"${calls}"
printf '%s' "$ask" | ${rackProgram} "$1"
`,
  )
  const fields = { command: [program, ...at.rack.command.slice(1)], balancer: true }
  const grown = await at.deploy(fields)
  expect(grown.log.join('\n')).toContain('its load balancer: rack-1.1 is in-service')
  const second = await at.deploy(fields)
  expect(second.run.state).toBe('succeeded')
  const seen = await at.remove(fields)
  expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
  const acting = ['launch', 'register', 'deregister', 'end']
  const order = (await readFile(calls, 'utf8')).split('\n').filter((op) => acting.includes(op))
  expect(order).toEqual(['launch', 'register', 'launch', 'register', 'deregister', 'end'])
})

onRack('the last healthy machine of its load balancer stays', async () => {
  await at.deploy({ balancer: true })
  const seen = await at.remove({ balancer: true })
  expect(seen.tasks[0]?.error).toBe('its load balancer would be left with 0 healthy machines without rack-1.1.')
  expect(await at.house.store.nodes.list()).toMatchObject([{ state: 'in-service' }])
})

onRack('a machine that does not carry the tags is left alone', async () => {
  await at.deploy()
  await changeInventory(({ taken }) => {
    Object.assign(taken['rack-1.1'] ?? {}, { tags: { Name: 'shop01' } })
  })
  const seen = await at.remove()
  expect(seen.tasks[0]?.error).toMatch(
    /^rack-1\.1 does not carry the tags tscaler:installation=\S+ and Name=shop01, so/,
  )
  expect(await at.rack.taken()).toHaveLength(1)
  expect(await at.house.store.nodes.list()).toMatchObject([{ state: 'in-service' }])
})

onRack('a program that does not know the machine is another program: the node stays', async () => {
  await at.deploy()
  const other = await writeProgram(at.rack.folder, '#!/bin/sh\necho null\n')
  const seen = await at.remove({ command: [other] })
  expect(seen.tasks[0]?.error).toMatch(
    /^the program does not know rack-1\.1, the machine of shop01\. Let the action name/,
  )
  expect(await at.house.store.nodes.list()).toMatchObject([{ state: 'in-service' }])
})

onRack('a node that no program made is not chosen, and refused by name', async () => {
  const node = await at.house.node('shop07', { clusterId: at.cluster.id, instanceId: 'i-1', inServiceAt: 1 })
  const seen = await at.remove({}, { nodeIds: [node.id] })
  expect(seen.tasks[0]?.error).toMatch(/^shop07 was not made by a program of a deployCommand/)
  const { id: ec2ProfileId } = await at.house.store.ec2Profiles.insert(ec2Profile)
  await at.house.store.nodes.update(node.id, { ec2ProfileId })
  expect((await at.remove()).run.note).toMatch(/has none of 1 machines to take away/)
})

onRack('tscaler dies once the program has ended the machine: its successor forgets the node', async () => {
  await at.deploy()
  const mortal = new Mortal({ at: Number.POSITIVE_INFINITY, when: 'after' })
  const programs: LocalPrograms = {
    async run(call) {
      const end = await realPrograms.run(call)
      if (!call.stdin.includes('"op":"end"')) return end
      mortal.kill()
      return new Promise(() => {})
    },
  }
  const runId = await at.beginRemoval(await at.start({ mortal, programs }))
  await mortal.died
  await at.house.store.leases.endAll()
  await at.start()
  const seen = await at.ended(runId)
  expect(seen.run.state, seen.log.join('\n')).toBe('succeeded')
  expect([await at.house.store.nodes.count(), await at.rack.taken()]).toEqual([0, []])
})

const ec2Profile: New<Ec2Profile> = {
  name: 'web',
  region: 'eu-west-1',
  imageId: 'ami-1',
  instanceTypes: ['t3.micro'],
  subnetIds: [],
  keyName: null,
  securityGroups: [],
  instanceProfile: null,
  spot: false,
  volumes: [],
  userData: null,
  tags: {},
  loadBalancers: [],
  targetGroups: [],
  register: 'ready',
  hostKeyFrom: 'console',
  address: 'private',
  accessKeyId: null,
  secretAccessKey: null,
}
