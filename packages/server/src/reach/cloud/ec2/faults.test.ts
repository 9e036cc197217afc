import { inspect } from 'node:util'
import type { Fault } from '@tscaler/rehearsal/cloud/faults.ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import type { CloudTrouble } from '../cloud.ts'
import { endRehearsed, failureOf, lasting, orderOf, startRehearsed } from './ec2.fixture.ts'

afterEach(endRehearsed)

const unknownId = 'i-0123456789abcdef0'

interface Row {
  name: string
  fault: Fault
}

/** Beyond the attempts of two calls. */
const always = 6

describe('a launch that meets trouble once is done all the same, once', () => {
  const rows: Row[] = [
    { name: 'throttled', fault: { kind: 'throttle' } },
    { name: '500 before acting', fault: { kind: 'internal-error', when: 'before' } },
    { name: '500 after acting', fault: { kind: 'internal-error', when: 'after' } },
    { name: '503 Unavailable', fault: { kind: 'error', code: 'Unavailable' } },
    { name: 'cut before acting', fault: { kind: 'cut', when: 'before' } },
    { name: 'cut after acting', fault: { kind: 'cut', when: 'after' } },
    { name: 'cut within the answer', fault: { kind: 'short-body' } },
    { name: 'an empty answer', fault: { kind: 'empty' } },
    { name: 'an answer that is no XML', fault: { kind: 'garbage' } },
  ]
  test.each(rows)('$name', async ({ fault }) => {
    const { pretend, cloud } = await startRehearsed()
    pretend.faults.add({ ...fault, actions: ['RunInstances'] })
    const vm = await cloud.launch(orderOf('token-1'), lasting)
    expect(pretend.instances().map(({ id }) => id)).toEqual([vm.id])
    expect(pretend.faults.pending()).toEqual([])
  })
})

describe('a launch that meets trouble again and again fails as what it is; asked again later, there is one machine', () => {
  const rows: (Row & { kind: CloudTrouble; made: number })[] = [
    { name: 'throttled', fault: { kind: 'throttle' }, kind: 'throttled', made: 0 },
    { name: 'no capacity', fault: { kind: 'no-capacity' }, kind: 'no-capacity', made: 0 },
    { name: 'above the quota', fault: { kind: 'error', code: 'InstanceLimitExceeded' }, kind: 'quota', made: 0 },
    { name: '500 before acting', fault: { kind: 'internal-error', when: 'before' }, kind: 'doubtful', made: 0 },
    { name: '500 after acting', fault: { kind: 'internal-error', when: 'after' }, kind: 'doubtful', made: 1 },
    { name: 'cut before acting', fault: { kind: 'cut', when: 'before' }, kind: 'doubtful', made: 0 },
    { name: 'cut after acting', fault: { kind: 'cut', when: 'after' }, kind: 'doubtful', made: 1 },
    { name: 'cut within the answer', fault: { kind: 'short-body' }, kind: 'doubtful', made: 1 },
    { name: 'an empty answer', fault: { kind: 'empty' }, kind: 'doubtful', made: 1 },
    { name: 'an answer that is no XML', fault: { kind: 'garbage' }, kind: 'doubtful', made: 1 },
  ]
  test.each(rows)('$name', async ({ fault, kind, made }) => {
    const { pretend, cloud } = await startRehearsed()
    pretend.faults.add({ ...fault, actions: ['RunInstances'], times: always })
    expect(await failureOf(cloud.launch(orderOf('token-1'), lasting))).toMatchObject({ kind })
    expect(pretend.instances()).toHaveLength(made)
    expect(await cloud.byToken('token-1', lasting)).toHaveLength(made)
    pretend.faults.clear()
    const vm = await cloud.launch(orderOf('token-1'), lasting)
    expect(pretend.instances().map(({ id }) => id)).toEqual([vm.id])
  })
})

describe('what can be refused at once is not asked a second time', () => {
  test.each(['InsufficientInstanceCapacity', 'VcpuLimitExceeded', 'InvalidAMIID.NotFound', 'UnauthorizedOperation'])(
    '%s',
    async (code) => {
      const { pretend, cloud } = await startRehearsed()
      pretend.faults.add({ kind: 'error', code, actions: ['RunInstances'] })
      await failureOf(cloud.launch(orderOf('token-1'), lasting))
      expect(pretend.calls.map(({ action }) => action)).toEqual(['RunInstances'])
    },
  )
})

describe('every other call survives trouble, and says what it was when it stays', () => {
  const faults: Fault[] = [
    { kind: 'throttle' },
    { kind: 'cut', when: 'after' },
    { kind: 'short-body' },
    { kind: 'empty' },
    { kind: 'garbage' },
  ]
  test.each(faults)('$kind', async (fault) => {
    const { pretend, cloud, groupArn } = await startRehearsed()
    const { id } = await cloud.launch(orderOf('token-1'), lasting)
    await pretend.until(id, ({ bootedAt }) => bootedAt !== undefined)
    const balancers = cloud.balancers({ loadBalancers: ['shop'], targetGroups: [groupArn] })
    const calls: (() => Promise<unknown>)[] = [
      () => cloud.byToken('token-1', lasting),
      () => cloud.find(id, lasting),
      () => cloud.list({ Cluster: 'shop' }, lasting),
      () => cloud.hostKeys(id, lasting),
      ...balancers.flatMap((one) => [
        () => one.register(id, lasting),
        () => one.health(lasting),
        () => one.deregister(id, lasting),
      ]),
      () => cloud.end(id, 'stop', lasting),
      () => cloud.end(id, 'terminate', lasting),
    ]
    for (const call of calls) {
      pretend.faults.add(fault)
      await call()
      pretend.faults.add({ ...fault, times: 3 })
      expect((await failureOf(call())).kind).toBe(fault.kind === 'throttle' ? 'throttled' : 'doubtful')
    }
    expect(pretend.faults.pending()).toEqual([])
    expect(pretend.instances().map(({ state }) => state)).not.toContain('running')
    expect(pretend.balancers().map(({ members }) => members.filter(({ drains }) => !drains))).toEqual([[], []])
  })
})

test('an answer that does not come in 20 s is doubtful, and the machine is found by its token', async () => {
  const clock = new FakeClock()
  const { pretend, cloud } = await startRehearsed({}, { clock })
  pretend.faults.add({ kind: 'slow', delayMs: 3_600_000 })
  const launching = failureOf(cloud.launch(orderOf('token-1'), lasting))
  await vi.waitFor(() => expect(pretend.instances()).toHaveLength(1))
  clock.advance(20_000)
  expect(await launching).toMatchObject({
    kind: 'doubtful',
    message:
      "EC2 us-east-1: RunInstances of t3.micro in subnet-0123456789abcdef0 got no answer within 20 s, so it may have been done or not; ask again, which can't do it twice.",
  })
  expect(await cloud.byToken('token-1', lasting)).toHaveLength(1)
})

test('a call that is given up while it is under way ends at once, and is doubtful', async () => {
  const { pretend, cloud } = await startRehearsed()
  pretend.faults.add({ kind: 'slow', delayMs: 3_600_000 })
  const giving = new AbortController()
  const launching = failureOf(cloud.launch(orderOf('token-1'), giving.signal))
  await vi.waitFor(() => expect(pretend.instances()).toHaveLength(1))
  giving.abort()
  expect(await launching).toMatchObject({ kind: 'doubtful' })
})

test('a machine that the cloud does not show yet is not found, and is no trouble', async () => {
  const { pretend, cloud } = await startRehearsed()
  pretend.faults.add({ kind: 'launch', hiddenMs: 3_600_000 })
  const { id } = await cloud.launch(orderOf('token-1'), lasting)
  expect(await cloud.find(id, lasting)).toBeUndefined()
  expect(await cloud.hostKeys(id, lasting)).toBeNull()
  expect(await cloud.byToken('token-1', lasting)).toEqual([])
  expect((await cloud.launch(orderOf('token-1'), lasting)).id).toBe(id)
})

test('an instance type without live console output is read as it has it', async () => {
  const { pretend, cloud } = await startRehearsed()
  const { id } = await cloud.launch(orderOf('token-1'), lasting)
  await pretend.until(id, ({ bootedAt }) => bootedAt !== undefined)
  pretend.faults.add({
    kind: 'error',
    code: 'UnsupportedOperation',
    actions: ['GetConsoleOutput'],
    parameters: { Latest: 'true' },
  })
  expect(await cloud.hostKeys(id, lasting)).toEqual([pretend.instances()[0]?.hostKey])
})

test('a machine with termination protection is not ended, and the text says so', async () => {
  const { pretend, cloud } = await startRehearsed()
  pretend.faults.add({ kind: 'error', code: 'OperationNotPermitted', actions: ['TerminateInstances'] })
  expect(await failureOf(cloud.end(unknownId, 'terminate', lasting))).toMatchObject({
    kind: 'denied',
    message: `EC2 us-east-1: ${unknownId} has termination protection (OperationNotPermitted); switch that off in EC2, or leave the machine.`,
  })
})

test('a spot machine says why it went, and cannot be stopped', async () => {
  const { pretend, cloud } = await startRehearsed()
  const { id } = await cloud.launch(orderOf('token-1', { shape: { spot: true } }), lasting)
  await pretend.until(id, ({ state }) => state === 'running')
  expect(await failureOf(cloud.end(id, 'stop', lasting))).toMatchObject({ kind: 'bad-request' })
  pretend.interruptSpot(id)
  await pretend.until(id, ({ state }) => state === 'terminated')
  expect((await cloud.find(id, lasting))?.reason).toBe(
    'Server.SpotInstanceTermination: Instance terminated due to a spot interruption',
  )
})

test('an action that is not allowed is named', async () => {
  const { cloud, groupArn } = await startRehearsed({ denied: ['RunInstances', 'RegisterTargets'] })
  const [group] = cloud.balancers({ loadBalancers: [], targetGroups: [groupArn] })
  expect((await failureOf(cloud.launch(orderOf('token-1'), lasting))).message).toBe(
    "EC2 us-east-1: tscaler's user or role may not do ec2:RunInstances (UnauthorizedOperation for t3.micro in subnet-0123456789abcdef0); allow it in its IAM policy.",
  )
  const { message = '', kind } = (await failureOf(group?.register(unknownId, lasting) ?? Promise.resolve())) ?? {}
  expect({ message, kind }).toEqual({
    kind: 'denied',
    message: `ELB us-east-1: tscaler's user or role may not do elasticloadbalancing:RegisterTargets (AccessDenied for ${unknownId} in target group "web"); allow it in its IAM policy.`,
  })
})

test('wrong keys are no credentials, with both services', async () => {
  const access = { credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'not-the-secret' } }
  const { cloud } = await startRehearsed({}, { access })
  const [classic] = cloud.balancers({ loadBalancers: ['shop'], targetGroups: [] })
  expect(await failureOf(cloud.find(unknownId, lasting))).toMatchObject({ kind: 'no-credentials' })
  expect(await failureOf(classic?.health(lasting) ?? Promise.resolve())).toMatchObject({ kind: 'no-credentials' })
})

test('no secret is in a failure, whatever AWS repeats of it', async () => {
  const { pretend, cloud } = await startRehearsed()
  const userData = `#!/bin/sh\nexport DB_PASSWORD='tr0ub4dor-and-3'\necho hunter2hunter2 > /etc/key\n`
  const base64 = Buffer.from(userData).toString('base64')
  const signed = 'A'.repeat(64)
  for (const code of [
    'InvalidParameterValue',
    'UnauthorizedOperation',
    'Unsupported',
    'SomethingNew',
    'InternalError',
  ]) {
    const message = `Bad: ${userData} ${base64} with ${pretend.credentials.secretAccessKey}, ${signed}. Encoded authorization failure message: ${'b'.repeat(40)}`
    pretend.faults.add({ kind: 'error', code, message, status: 400, actions: ['RunInstances'], times: 3 })
    const failure = await failureOf(cloud.launch(orderOf('token-1', { userData }), lasting))
    const everything = inspect(failure, { depth: 10, showHidden: true })
    for (const secret of ['tr0ub4dor', 'hunter2', base64.slice(0, 20), 'rehearsal-secret', signed, 'bbbb']) {
      expect(everything).not.toContain(secret)
    }
    pretend.faults.clear()
  }
})
