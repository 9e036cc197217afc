import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Node } from '../../model/node.ts'
import type { Cloud, Vm } from '../../reach/cloud/cloud.ts'
import {
  EagerClock,
  endRehearsed,
  lasting,
  orderOf,
  type Rehearsed,
  startRehearsed,
} from '../../reach/cloud/ec2/ec2.fixture.ts'
import { openEc2Clouds } from '../../reach/cloud/ec2/ec2.ts'
import { House, type Process, testKind } from '../act.fixture.ts'
import { type KeepMin, openKeepMin } from '../keep-min/keep-min.ts'
import { installationTag } from '../machines/means.ts'
import { type CloudWatch, openCloudWatch } from './cloud-watch.ts'

let clock: FakeClock
let house: House
let process: Process
let rehearsed: Rehearsed
let cloud: Cloud
let watch: CloudWatch
let keepMin: KeepMin
let profileId: number
let uid: string

/** Deploys as far as a cloud can tell: a machine, and a node that has it. */
const grow = testKind({
  id: 'deployEc2Node',
  effect: 'grow',
  per: 'once',
  plan: () => 'deploy a node',
  run: async () => void (await deploy('shop02')),
})

async function deploy(name: string): Promise<Node> {
  const vm = await make(name)
  const [cluster] = await house.store.clusters.list()
  return house.node(name, {
    clusterId: cluster?.id ?? null,
    ec2ProfileId: profileId,
    instanceId: vm.id,
    hostname: vm.host ?? '',
  })
}

async function make(name: string): Promise<Vm> {
  const tags = { Name: name, [installationTag]: uid }
  const { id } = await cloud.launch(orderOf(`token-${name}`, { tags, shape: { spot: true } }), lasting)
  await rehearsed.pretend.until(id, ({ state }) => state === 'running')
  for (const balancer of cloud.balancers({ loadBalancers: ['shop'], targetGroups: [] }))
    await balancer.register(id, lasting)
  const vm = await cloud.find(id, lasting)
  if (!vm) throw new Error(`${id} is not to be seen`)
  return vm
}

beforeEach(async () => {
  clock = new FakeClock()
  house = await House.open(clock)
  process = await house.start([grow])
  rehearsed = await startRehearsed()
  cloud = rehearsed.cloud
  uid = (await house.store.installation.get(1)).uid
  const { store, queue, vault, kinds, alerts, report } = process.parts
  const { region, credentials, address } = rehearsed.access
  const profile = await store.ec2Profiles.insert({
    ...{ name: 'web', region, address, keyName: null, securityGroups: [], subnetIds: [], instanceProfile: null },
    ...{ spot: true, volumes: [], userData: null, hostKeyFrom: 'console', register: 'launch', tags: {} },
    ...{ imageId: 'ami-1', instanceTypes: ['t3.micro'], loadBalancers: ['shop'], targetGroups: [] },
    accessKeyId: credentials?.accessKeyId ?? '',
    secretAccessKey: vault.seal(credentials?.secretAccessKey ?? ''),
  })
  profileId = profile.id
  const { url } = rehearsed.pretend
  const clouds = openEc2Clouds({ clock: new EagerClock(), endpoints: { ec2: url, elb: url } })
  const shared = { store, clock, alerts, report }
  keepMin = openKeepMin({
    ...{ ...shared, kinds, admission: process.admission },
    clockStep: () => null,
    began: () => {},
  })
  // What makes up for the node is waited for by its run.
  watch = openCloudWatch({ ...shared, queue, vault, clouds, tookOut: () => void keepMin.ask() })
})
afterEach(async () => {
  await watch.close()
  await keepMin.close()
  await house.close()
  await endRehearsed()
})

const alerts = async () =>
  (await house.store.alerts.list({ where: { state: ['open', 'acknowledged'] } })).map(({ text }) => text)

test('a spot machine that the cloud takes back is made up for by the cluster’s growing trigger', async () => {
  const cluster = await house.cluster({ min: 1, max: 3 })
  const action = await house.action('new-node', 'deployEc2Node')
  await house.trigger(cluster.id, [{ actionId: action.id, onFailure: 'undo' }])
  const node = await deploy('shop01')
  clock.advance(120_000)
  const { instances } = await watch.look()
  expect(instances).toMatchObject([{ kind: 'node', state: 'running', node: { name: 'shop01' }, note: null }])
  rehearsed.pretend.interruptSpot(node.instanceId ?? '')
  await rehearsed.pretend.until(node.instanceId ?? '', ({ state }) => state !== 'running')
  await watch.look()
  expect((await house.store.nodes.get(node.id)).state).toBe('out-of-service')
  expect(await alerts()).toEqual([
    expect.stringMatching(/^The machine of shop01, i-\w+, is .* \(.*[Ss]pot.*\)\. shop01/),
  ])
  await expect.poll(() => house.store.runs.count()).toBe(1)
  const { run } = await house.ended(1)
  expect(run).toMatchObject({ state: 'succeeded', cause: { text: 'shop has 0 nodes, its min is 1' } })
  await house.store.nodes.remove(node.id)
  await watch.look()
  expect([await alerts(), watch.seen.trouble]).toEqual([[], []])
})

test('a machine that nobody has is an orphan until it is ended by hand', async () => {
  await deploy('shop01')
  const { id } = await make('shop09')
  for (let look = 0; look < 2; look++) {
    clock.advance(60_000)
    await watch.look()
  }
  expect(await alerts()).toEqual([expect.stringContaining(`${id} "shop09" is running in the name of this tscaler`)])
  await watch.end(id, async () => {})
  await watch.look()
  expect([await alerts(), watch.seen.instances.length]).toEqual([[], 1])
  expect((await cloud.find(id, lasting))?.state).toMatch(/shutting-down|terminated/)
})

test('a cloud that refuses to be read says so in its own words', async () => {
  await deploy('shop01')
  rehearsed.pretend.denied.add('DescribeInstances')
  for (let look = 0; look < 3; look++) {
    clock.advance(60_000)
    await watch.look()
  }
  expect(await alerts()).toEqual([expect.stringContaining('DescribeInstances')])
  expect(watch.seen.trouble).toHaveLength(1)
})
