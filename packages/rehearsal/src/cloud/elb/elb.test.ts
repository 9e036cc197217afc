import { RunInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import {
  DeregisterInstancesFromLoadBalancerCommand,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, describe, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud, type TestCloud } from '../cloud.fixture.ts'
import type { CloudOptions } from '../cloud.ts'
import { targetGroupArn } from '../inventory.ts'

afterEach(endTestClouds)

const GROUP = targetGroupArn('us-east-1', '123456789012', 'shop-tg')

/** A cloud with `count` instances that run. */
async function startRunning(
  count: number,
  options: Partial<CloudOptions> = {},
): Promise<TestCloud & { ids: string[] }> {
  const cloud = await startTestCloud(options)
  const answer = await cloud.ec2.send(new RunInstancesCommand(shopNode({ MinCount: count, MaxCount: count })))
  await cloud.clock.advance(50)
  return { ...cloud, ids: (answer.Instances ?? []).map(({ InstanceId = '' }) => InstanceId) }
}

describe('classic load balancers', () => {
  const instances = (ids: readonly string[]) => ({
    LoadBalancerName: 'shop-lb',
    Instances: ids.map((InstanceId) => ({ InstanceId })),
  })
  const register = async ({ elb }: TestCloud, ...ids: string[]) =>
    (await elb.send(new RegisterInstancesWithLoadBalancerCommand(instances(ids)))).Instances?.map(
      (one) => one.InstanceId,
    )
  const deregister = async ({ elb }: TestCloud, ...ids: string[]) =>
    (await elb.send(new DeregisterInstancesFromLoadBalancerCommand(instances(ids)))).Instances?.map(
      (one) => one.InstanceId,
    )
  const health = async ({ elb }: TestCloud, ...ids: string[]) => {
    const asked = ids.length === 0 ? { LoadBalancerName: 'shop-lb' } : instances(ids)
    const { InstanceStates = [] } = await elb.send(new DescribeInstanceHealthCommand(asked))
    return InstanceStates.map(({ State, ReasonCode, Description }) => `${State} ${ReasonCode} ${Description}`)
  }
  const outOfService = 'OutOfService ELB Instance registration is still in progress.'

  test('take in, find healthy, drain and let go', async () => {
    const cloud = await startRunning(2)
    const [one = '', two = ''] = cloud.ids
    expect(await register(cloud, one)).toEqual([one])
    expect(await register(cloud, two)).toEqual([one, two])
    expect(await health(cloud)).toEqual([outOfService, outOfService])
    await cloud.clock.advance(5_000)
    expect(await register(cloud, one)).toEqual([one, two])
    expect(await health(cloud)).toEqual(['InService N/A N/A', 'InService N/A N/A'])
    expect(await deregister(cloud, one)).toEqual([two])
    expect(await health(cloud, one)).toEqual(['InService N/A Instance deregistration currently in progress.'])
    const { LoadBalancerDescriptions } = await cloud.elb.send(new DescribeLoadBalancersCommand({}))
    expect(LoadBalancerDescriptions?.[0]).toMatchObject({
      LoadBalancerName: 'shop-lb',
      Instances: [{ InstanceId: two }],
    })
    await cloud.clock.advance(15_000)
    await deregister(cloud, one) // does not begin the draining anew
    await cloud.clock.advance(15_000)
    expect(await health(cloud)).toEqual(['InService N/A N/A'])
    expect(await health(cloud, one)).toEqual([
      'OutOfService Instance Instance is not currently registered with the LoadBalancer.',
    ])
    expect(await deregister(cloud, one)).toEqual([two])
  })

  test('take back one that drains', async () => {
    const cloud = await startRunning(1)
    await register(cloud, ...cloud.ids)
    await deregister(cloud, ...cloud.ids)
    await register(cloud, ...cloud.ids)
    expect(await health(cloud)).toEqual([outOfService])
  })

  test('say why an instance is out of service', async () => {
    const cloud = await startRunning(1)
    await register(cloud, ...cloud.ids)
    await cloud.clock.advance(5_000)
    cloud.cloud.setHealthy(cloud.ids[0] ?? '', false)
    const failed = 'Instance has failed at least the UnhealthyThreshold number of health checks consecutively.'
    expect(await health(cloud)).toEqual([`OutOfService Instance ${failed}`])
    await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: cloud.ids }))
    await cloud.clock.advance(20)
    expect(await health(cloud)).toEqual(['OutOfService Instance Instance is in stopped state.'])
  })

  test('refuse what they do not know', async () => {
    const cloud = await startRunning(1)
    await expect(register(cloud, 'i-00000000000000000')).rejects.toMatchObject({ Code: 'InvalidInstance' })
    const unknown = new DescribeInstanceHealthCommand({ LoadBalancerName: 'nothing' })
    await expect(cloud.elb.send(unknown)).rejects.toMatchObject({
      name: 'AccessPointNotFoundException',
      Code: 'LoadBalancerNotFound',
      message: "There is no ACTIVE Load Balancer named 'nothing'",
    })
  })

  test('tell their draining', async () => {
    const { elb } = await startTestCloud()
    const { LoadBalancerAttributes } = await elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerName: 'shop-lb' }),
    )
    expect(LoadBalancerAttributes?.ConnectionDraining).toEqual({ Enabled: true, Timeout: 30 })
  })
})

describe('target groups', () => {
  const targets = (ids: readonly string[], Port?: number) => ({
    TargetGroupArn: GROUP,
    Targets: ids.map((Id) => (Port === undefined ? { Id } : { Id, Port })),
  })
  const register = ({ elbv2 }: TestCloud, ids: string[], port?: number) =>
    elbv2.send(new RegisterTargetsCommand(targets(ids, port)))
  const deregister = ({ elbv2 }: TestCloud, ids: string[], port?: number) =>
    elbv2.send(new DeregisterTargetsCommand(targets(ids, port)))
  const health = async ({ elbv2 }: TestCloud, ...ids: string[]) => {
    const asked = ids.length === 0 ? { TargetGroupArn: GROUP } : targets(ids)
    const { TargetHealthDescriptions = [] } = await elbv2.send(new DescribeTargetHealthCommand(asked))
    return TargetHealthDescriptions.map(({ Target, TargetHealth }) =>
      [Target?.Port, TargetHealth?.State, TargetHealth?.Reason].filter((part) => part !== undefined).join(' '),
    )
  }

  test('take in, find healthy, drain for the deregistration delay and let go', async () => {
    const cloud = await startRunning(1)
    await register(cloud, cloud.ids)
    await register(cloud, cloud.ids, 9090)
    expect(await health(cloud)).toEqual([
      '8080 initial Elb.RegistrationInProgress',
      '9090 initial Elb.RegistrationInProgress',
    ])
    await cloud.clock.advance(5_000)
    expect(await health(cloud)).toEqual(['8080 healthy', '9090 healthy'])
    await deregister(cloud, cloud.ids, 9090)
    const draining = 'draining Target.DeregistrationInProgress'
    expect(await health(cloud)).toEqual(['8080 healthy', `9090 ${draining}`])
    await deregister(cloud, cloud.ids)
    expect(await health(cloud)).toEqual([`8080 ${draining}`, `9090 ${draining}`])
    await cloud.clock.advance(20_000)
    expect(await health(cloud)).toEqual([])
    expect(await health(cloud, ...cloud.ids)).toEqual(['8080 unused Target.NotRegistered'])
    await deregister(cloud, cloud.ids)
  })

  test('ask the health check that was plugged in', async () => {
    const asked: string[] = []
    const health1 = async ({ address }: { address: string }, balancer: string) =>
      asked.push(`${address} ${balancer}`) > 1
    const cloud = await startRunning(1, { health: health1 })
    await register(cloud, cloud.ids)
    await cloud.clock.advance(5_000)
    expect(await health(cloud)).toEqual(['8080 unhealthy Target.FailedHealthChecks'])
    expect(await health(cloud)).toEqual(['8080 healthy'])
    expect(asked).toEqual(['127.9.9.1 shop-tg', '127.9.9.1 shop-tg'])
  })

  test('a machine that does not answer is unhealthy', async () => {
    const cloud = await startTestCloud()
    cloud.cloud.faults.add({ kind: 'launch', noSsh: true })
    const answer = await cloud.ec2.send(new RunInstancesCommand(shopNode()))
    await cloud.clock.advance(50)
    await register(cloud, [answer.Instances?.[0]?.InstanceId ?? ''])
    await cloud.clock.advance(5_000)
    expect(await health(cloud)).toEqual(['8080 unhealthy Target.FailedHealthChecks'])
  })

  test('refuse instances that do not run, and show those that have ended as unused', async () => {
    const cloud = await startRunning(1)
    await register(cloud, cloud.ids)
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: cloud.ids }))
    await cloud.clock.advance(20)
    expect(await health(cloud)).toEqual(['8080 unused Target.InvalidState'])
    await expect(register(cloud, cloud.ids)).rejects.toMatchObject({
      name: 'InvalidTargetException',
      message: `The following targets are not in a running state and cannot be registered: '${cloud.ids[0]}'`,
    })
    await expect(register(cloud, ['i-00000000000000000'])).rejects.toMatchObject({ Code: 'InvalidTarget' })
  })

  test('a group without a load balancer has unused targets', async () => {
    const cloud = await startRunning(1)
    const TargetGroupArn = targetGroupArn('us-east-1', '123456789012', 'idle-tg')
    await cloud.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: cloud.ids.map((Id) => ({ Id })) }))
    const { TargetHealthDescriptions } = await cloud.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
    expect(TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' })
  })

  test('are found by ARN and by name, with their attributes', async () => {
    const { elbv2 } = await startTestCloud()
    const byName = await elbv2.send(new DescribeTargetGroupsCommand({ Names: ['shop-tg'] }))
    expect(byName.TargetGroups).toMatchObject([
      { TargetGroupArn: GROUP, TargetGroupName: 'shop-tg', Port: 8080, TargetType: 'instance' },
    ])
    expect((await elbv2.send(new DescribeTargetGroupsCommand({}))).TargetGroups).toHaveLength(2)
    const { Attributes } = await elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: GROUP }))
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '20' })
    const unknown = new DescribeTargetGroupsCommand({ TargetGroupArns: [`${GROUP}x`] })
    await expect(elbv2.send(unknown)).rejects.toMatchObject({ name: 'TargetGroupNotFoundException' })
  })
})
