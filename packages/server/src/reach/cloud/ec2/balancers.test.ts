import type { InstanceState } from '@aws-sdk/client-elastic-load-balancing'
import type { TargetHealth } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, expect, test } from 'vitest'
import type { BalancerHealth } from '../cloud.ts'
import { classicHealth } from './classic-balancer.ts'
import { endRehearsed, failureOf, lasting, orderOf, startRehearsed } from './ec2.fixture.ts'
import { groupHealth, targetGroupName } from './target-group.ts'

afterEach(endRehearsed)

test.each<{ name: string; state: InstanceState; health: BalancerHealth; text: string }>([
  {
    name: 'in service',
    state: { State: 'InService', ReasonCode: 'N/A', Description: 'N/A' },
    health: 'in-service',
    text: '',
  },
  {
    name: 'registered a moment ago',
    state: { State: 'OutOfService', ReasonCode: 'ELB', Description: 'Instance registration is still in progress.' },
    health: 'starting',
    text: 'Instance registration is still in progress.',
  },
  {
    name: 'draining, though in service',
    state: { State: 'InService', ReasonCode: 'N/A', Description: 'Instance deregistration currently in progress.' },
    health: 'draining',
    text: 'Instance deregistration currently in progress.',
  },
  {
    name: 'unhealthy',
    state: {
      State: 'OutOfService',
      ReasonCode: 'Instance',
      Description: 'Instance has failed at least the UnhealthyThreshold',
    },
    health: 'out-of-service',
    text: 'Instance has failed at least the UnhealthyThreshold',
  },
  { name: 'not known', state: { State: 'Unknown', ReasonCode: 'ELB' }, health: 'out-of-service', text: 'ELB' },
])('classic: $name', ({ state, health, text }) => {
  expect(classicHealth(state)).toEqual({ health, text })
})

test.each<{ name: string; state: TargetHealth; health: BalancerHealth; text: string }>([
  {
    name: 'initial',
    state: { State: 'initial', Reason: 'Elb.RegistrationInProgress' },
    health: 'starting',
    text: 'Elb.RegistrationInProgress',
  },
  { name: 'healthy', state: { State: 'healthy' }, health: 'in-service', text: '' },
  {
    name: 'unhealthy',
    state: { State: 'unhealthy', Description: 'Health checks failed' },
    health: 'out-of-service',
    text: 'Health checks failed',
  },
  { name: 'draining', state: { State: 'draining' }, health: 'draining', text: '' },
  { name: 'unhealthy in its grace period', state: { State: 'unhealthy.draining' }, health: 'out-of-service', text: '' },
  {
    name: 'unused',
    state: { State: 'unused', Reason: 'Target.NotInUse', Description: 'no listener' },
    health: 'out-of-service',
    text: 'no listener',
  },
  {
    name: 'without health checks',
    state: { State: 'unavailable', Reason: 'Target.HealthCheckDisabled' },
    health: 'in-service',
    text: 'Target.HealthCheckDisabled',
  },
])('target group: $name', ({ state, health, text }) => {
  expect(groupHealth([{ Target: { Id: 'i-1' }, TargetHealth: state }])).toEqual(new Map([['i-1', { health, text }]]))
})

test('a target that is not registered is not in it', () => {
  const TargetHealth = { State: 'unused', Reason: 'Target.NotRegistered' } as const
  expect(groupHealth([{ Target: { Id: 'i-1' }, TargetHealth }])).toEqual(new Map())
})

test('a machine with several ports stands as the worst of them', () => {
  const at = (Port: number, State: TargetHealth['State']) => ({ Target: { Id: 'i-1', Port }, TargetHealth: { State } })
  const health = (...states: TargetHealth['State'][]) =>
    groupHealth(states.map((state, index) => at(index, state))).get('i-1')?.health
  expect(health('healthy', 'initial')).toBe('starting')
  expect(health('initial', 'unhealthy')).toBe('out-of-service')
  expect(health('unhealthy', 'draining', 'healthy')).toBe('draining')
})

test.each([
  { arn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/0123456789abcdef', name: 'web' },
  { arn: 'no-arn', name: 'no-arn' },
])('the name of $arn', ({ arn, name }) => {
  expect(targetGroupName(arn)).toBe(name)
})

test('balancers have the names that people know', async () => {
  const { cloud, groupArn } = await startRehearsed()
  expect(cloud.balancers({ loadBalancers: ['shop'], targetGroups: [groupArn] }).map(({ name }) => name)).toEqual([
    'shop',
    'web',
  ])
})

test('one that is not there is not found', async () => {
  const { cloud, groupArn } = await startRehearsed()
  for (const balancer of cloud.balancers({
    loadBalancers: ['other'],
    targetGroups: [groupArn.replace('/web/', '/other/')],
  })) {
    expect(await failureOf(balancer.health(lasting))).toMatchObject({ kind: 'not-found' })
    expect(await failureOf(balancer.deregister('i-0123456789abcdef0', lasting))).toMatchObject({ kind: 'not-found' })
  }
})

test('a deregistered machine drains in a target group for as long as that takes', async () => {
  const { pretend, cloud, groupArn } = await startRehearsed()
  const { id } = await cloud.launch(orderOf('token-1'), lasting)
  await pretend.until(id, ({ bootedAt }) => bootedAt !== undefined)
  const [group] = cloud.balancers({ loadBalancers: [], targetGroups: [groupArn] })
  await group?.register(id, lasting)
  await group?.deregister(id, lasting)
  expect((await group?.health(lasting))?.get(id)?.health).toBe('draining')
})
