import { DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { DescribeInstanceHealthCommand } from '@aws-sdk/client-elastic-load-balancing'
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud } from './cloud.fixture.ts'
import { type Fault, Faults } from './faults.ts'

afterEach(endTestClouds)

const run = (change = {}) => new RunInstancesCommand(shopNode({ ClientToken: 'once', ...change }))

/** What the SDK makes of each fault of a RunInstances, without retries; and how many instances there are then. */
const seen: { name: string; fault: Fault; thrown: object; instances: number }[] = [
  {
    name: 'throttle',
    fault: { kind: 'throttle' },
    thrown: { name: 'RequestLimitExceeded', message: 'Request limit exceeded.', $metadata: { httpStatusCode: 503 } },
    instances: 0,
  },
  {
    name: 'no capacity',
    fault: { kind: 'no-capacity' },
    thrown: { name: 'InsufficientInstanceCapacity', $metadata: { httpStatusCode: 500 } },
    instances: 0,
  },
  {
    name: 'a limit',
    fault: { kind: 'error', code: 'InstanceLimitExceeded', message: 'Too many.' },
    thrown: { name: 'InstanceLimitExceeded', message: 'Too many.', $metadata: { httpStatusCode: 400 } },
    instances: 0,
  },
  {
    name: '500 before acting',
    fault: { kind: 'internal-error', when: 'before' },
    thrown: { name: 'InternalError', $metadata: { httpStatusCode: 500 } },
    instances: 0,
  },
  {
    name: '500 after acting',
    fault: { kind: 'internal-error', when: 'after' },
    thrown: { name: 'InternalError', $metadata: { httpStatusCode: 500 } },
    instances: 1,
  },
  {
    name: 'cut before acting',
    fault: { kind: 'cut', when: 'before' },
    thrown: { code: 'ECONNRESET' },
    instances: 0,
  },
  {
    name: 'cut after acting',
    fault: { kind: 'cut', when: 'after' },
    thrown: { code: 'ECONNRESET' },
    instances: 1,
  },
  {
    name: 'half an answer',
    fault: { kind: 'short-body' },
    thrown: { code: 'ECONNRESET', $metadata: { httpStatusCode: 200 } },
    instances: 1,
  },
  { name: 'garbage', fault: { kind: 'garbage' }, thrown: { $metadata: { httpStatusCode: 200 } }, instances: 1 },
]

test.each(seen)('RunInstances with $name', async ({ fault, thrown, instances }) => {
  const { cloud, ec2 } = await startTestCloud()
  cloud.faults.add(fault)
  await expect(ec2.send(run())).rejects.toMatchObject(thrown)
  expect(cloud.instances()).toHaveLength(instances)
  expect(cloud.calls.at(-1)).toMatchObject({ action: 'RunInstances', fault: fault.kind })
  const again = await ec2.send(run())
  expect(again.Instances).toHaveLength(1)
  expect(cloud.instances()).toHaveLength(1)
})

test('an empty answer throws nothing and has nothing', async () => {
  const { cloud, ec2 } = await startTestCloud()
  cloud.faults.add({ kind: 'empty' })
  const answer = await ec2.send(run())
  expect(answer.Instances).toBeUndefined()
  expect(cloud.instances()).toHaveLength(1)
})

test('a slow answer acts at once', async () => {
  const { cloud, ec2, clock } = await startTestCloud()
  cloud.faults.add({ kind: 'slow', delayMs: 60_000 })
  const controller = new AbortController()
  const answer = ec2.send(run(), { abortSignal: controller.signal })
  await expect.poll(() => cloud.instances().length).toBe(1)
  controller.abort()
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  await clock.advance(60_000) // nobody is there to hear it, and nothing breaks
  cloud.faults.add({ kind: 'slow', delayMs: 1_000 })
  const second = ec2.send(run())
  await expect.poll(() => cloud.calls.length).toBe(2)
  await clock.advance(1_000)
  expect((await second).Instances).toHaveLength(1)
})

test("the client's own retries get through one cut with one instance", async () => {
  const { cloud, ec2 } = await startTestCloud({}, 3)
  cloud.faults.add({ kind: 'cut', when: 'after' }, { kind: 'internal-error', when: 'after' })
  const answer = await ec2.send(new RunInstancesCommand(shopNode()))
  expect(answer.$metadata.attempts).toBe(3)
  expect(cloud.instances()).toHaveLength(1)
})

test('the load balancers throttle and refuse in their own words', async () => {
  const { cloud, elb, elbv2 } = await startTestCloud()
  const classic = () => elb.send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'shop-lb' }))
  const group = () => elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: 'arn' }))
  cloud.faults.add({ kind: 'throttle', times: 2 })
  await expect(classic()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' })
  await expect(group()).rejects.toMatchObject({ Code: 'Throttling' })
  cloud.faults.add({ kind: 'error', code: 'LoadBalancerNotFound' }, { kind: 'internal-error', when: 'before' })
  await expect(classic()).rejects.toMatchObject({ name: 'AccessPointNotFoundException' })
  await expect(group()).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } })
})

test('capacity can be missing in one subnet or for one type only', async () => {
  const { cloud, ec2 } = await startTestCloud()
  cloud.faults.add({
    kind: 'no-capacity',
    parameters: { InstanceType: 't3.micro', SubnetId: 'subnet-0123456789abcdef0' },
    times: 9,
  })
  const noCapacity = { name: 'InsufficientInstanceCapacity' }
  await expect(ec2.send(run({ SubnetId: 'subnet-0123456789abcdef0' }))).rejects.toMatchObject(noCapacity)
  await ec2.send(run({ SubnetId: 'subnet-0123456789abcdef1', ClientToken: 'b' }))
  await ec2.send(run({ SubnetId: 'subnet-0123456789abcdef0', InstanceType: 't3.small', ClientToken: 'c' }))
  expect(cloud.instances()).toHaveLength(2)
})

test('a client token that has launched gets its instance even when there is no capacity any more', async () => {
  const { cloud, ec2 } = await startTestCloud()
  const first = await ec2.send(run())
  cloud.faults.add({ kind: 'no-capacity', times: 2 })
  const again = await ec2.send(run())
  expect(again.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId)
  await expect(ec2.send(run({ ClientToken: 'other' }))).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' })
})

describe('launch faults', () => {
  test('an instance is not found for a while after its launch', async () => {
    const { cloud, ec2, clock } = await startTestCloud()
    cloud.faults.add({ kind: 'launch', hiddenMs: 1_000 })
    const answer = await ec2.send(run())
    const look = () =>
      ec2.send(new DescribeInstancesCommand({ InstanceIds: [answer.Instances?.[0]?.InstanceId ?? ''] }))
    await expect(look()).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
    await clock.advance(1_000)
    await look()
  })

  test('one that never leaves pending, one that dies pending, one that dies running', async () => {
    const { cloud, ec2, clock } = await startTestCloud()
    cloud.faults.add(
      { kind: 'launch', stuckPending: true },
      { kind: 'launch', diesAfterMs: 10 },
      { kind: 'launch', diesAfterMs: 1_000 },
    )
    await ec2.send(run({ MinCount: 4, MaxCount: 4 }))
    const states = () => cloud.instances().map(({ state }) => state)
    await clock.advance(60)
    expect(states()).toEqual(['pending', 'terminated', 'running', 'running'])
    await clock.advance(86_400_000)
    expect(states()).toEqual(['pending', 'terminated', 'terminated', 'running'])
    expect(cloud.instances()[1]?.reason?.code).toBe('Server.InternalError')
  })

  test('one that boots without SSH has no console and no machine', async () => {
    const { cloud, ec2, clock, machines } = await startTestCloud()
    cloud.faults.add({ kind: 'launch', noSsh: true })
    await ec2.send(run())
    await clock.advance(86_400_000)
    expect(cloud.instances()[0]).toMatchObject({ state: 'running', bootedAt: undefined, hostKey: undefined })
    expect(machines.deeds).toEqual([])
  })
})

describe('the queue', () => {
  const target = (action: string, parameters: Record<string, string> = {}) => ({
    action,
    parameter: (name: string) => parameters[name],
  })

  test('comes in order, times by times, after skip, to the actions it names', () => {
    const faults = new Faults()
    faults.add({ kind: 'throttle', actions: ['A'], times: 2, skip: 1 }, { kind: 'empty', actions: ['B'] })
    const kinds = ['A', 'B', 'A', 'C', 'A', 'A', 'B'].map((action) => faults.takeCall(target(action))?.kind)
    expect(kinds).toEqual([undefined, 'empty', 'throttle', undefined, 'throttle', undefined, undefined])
    expect(faults.pending()).toEqual([])
  })

  test('by chance: the same for the same seed, whatever other actions come in between; clear() ends it', () => {
    const draw = (seed: number, between: boolean) => {
      const faults = new Faults()
      faults.atRandom({
        seed,
        rateShare: 0.3,
        faults: [{ kind: 'empty' }, { kind: 'cut', when: 'before' }, { kind: 'launch' }],
      })
      return Array.from({ length: 200 }, () => {
        if (between) faults.takeCall(target('Other'))
        return faults.takeCall(target('RunInstances'))?.kind
      })
    }
    const first = draw(7, false)
    expect(draw(7, true)).toEqual(first)
    expect(draw(8, false)).not.toEqual(first)
    const count = (kind: string | undefined) => first.filter((one) => one === kind).length
    expect(count('empty') + count('cut') + count(undefined)).toBe(200)
    expect(count('empty')).toBeGreaterThan(10)
    expect(count('cut')).toBeGreaterThan(10)
    expect(count(undefined)).toBeGreaterThan(100)
    const faults = new Faults()
    faults.atRandom({ seed: 1, rateShare: 1, faults: [{ kind: 'empty' }] })
    expect(faults.takeCall(target('A'))?.kind).toBe('empty')
    faults.clear()
    expect(faults.takeCall(target('A'))).toBeUndefined()
  })

  test('chance strikes launches apart from calls', () => {
    const faults = new Faults()
    faults.atRandom({ seed: 1, rateShare: 1, faults: [{ kind: 'launch', noSsh: true }] })
    expect(faults.takeCall(target('RunInstances'))).toBeUndefined()
    expect(faults.takeFate(target('RunInstances'))).toEqual({ noSsh: true })
  })
})

test('a torture of seeded faults is the same twice', async () => {
  const history = async () => {
    const { cloud, ec2 } = await startTestCloud()
    const faults: Fault[] = [
      { kind: 'throttle' },
      { kind: 'cut', when: 'after' },
      { kind: 'empty' },
      { kind: 'short-body' },
    ]
    cloud.faults.atRandom({ seed: 42, rateShare: 0.5, faults })
    for (let call = 0; call < 40; call += 1) await ec2.send(run({ ClientToken: `t${call}` })).catch(() => {})
    return { calls: cloud.calls.map(({ fault }) => fault), instances: cloud.instances().length }
  }
  const first = await history()
  expect(await history()).toEqual(first)
  expect(new Set(first.calls).size).toBe(5)
})
