import { once } from 'node:events'
import { createServer, request as httpRequest, type Server } from 'node:http'
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud, type TestCloud } from './cloud.fixture.ts'
import { targetGroupArn } from './inventory.ts'

// The SDK's reader takes wrong roots and frames for good ones, so the bytes are looked at here.

const proxies: Server[] = []

afterEach(async () => {
  for (const proxy of proxies.splice(0)) {
    proxy.close()
    proxy.closeAllConnections()
  }
  await endTestClouds()
})

const GROUP = targetGroupArn('us-east-1', '123456789012', 'shop-tg')

/** A cloud behind a proxy that keeps the text of the last answer. The signed host is passed on as it is. */
async function startListening(): Promise<TestCloud & { id: string; last: () => string }> {
  const cloud = await startTestCloud()
  let text = ''
  const proxy = createServer((asked, response) => {
    const { method, headers } = asked
    const ask = httpRequest(cloud.cloud.url, { method, headers }, (answer) => {
      text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => response.writeHead(answer.statusCode ?? 0).end(text))
    })
    asked.pipe(ask)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  proxies.push(proxy)
  const address = proxy.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const config = { ...cloud.config, endpoint: `http://127.0.0.1:${port}` }
  const ec2 = new EC2Client(config)
  const answer = await ec2.send(new RunInstancesCommand(shopNode()))
  await cloud.clock.advance(50)
  return {
    ...cloud,
    ec2,
    elb: new ElasticLoadBalancingClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    id: answer.Instances?.[0]?.InstanceId ?? '',
    last: () => text,
  }
}

test('DescribeInstances', async () => {
  const { ec2, id, last, cloud } = await startListening()
  await ec2.send(new DescribeInstancesCommand({}))
  const reservation = cloud.instances()[0]?.reservationId
  expect(last().replace(/[0-9a-f-]{36}/, 'REQUEST')).toMatch(
    `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>REQUEST</requestId><reservationSet><item><reservationId>${reservation}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item><instanceId>${id}</instanceId><imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState>`,
  )
  expect(last()).toMatch('</instancesSet></item></reservationSet></DescribeInstancesResponse>')
  expect(elementsOf(last()).filter((name) => !/^[a-z][A-Za-z]*$/.test(name))).toEqual(['DescribeInstancesResponse'])
})

test('RunInstances has its reservation at the top', async () => {
  const { ec2, last } = await startListening()
  await ec2.send(new RunInstancesCommand(shopNode()))
  expect(last()).toMatch(
    /<RunInstancesResponse xmlns="[^"]+"><requestId>[^<]+<\/requestId><reservationId>r-[0-9a-f]{17}<\/reservationId>/,
  )
})

test('TerminateInstances', async () => {
  const { ec2, id, last } = await startListening()
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  expect(last()).toContain(
    `<instancesSet><item><instanceId>${id}</instanceId><currentState><code>32</code><name>shutting-down</name></currentState><previousState><code>16</code><name>running</name></previousState></item></instancesSet></TerminateInstancesResponse>`,
  )
})

test('the inventory', async () => {
  const { ec2, last } = await startListening()
  const images = await ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-0123456789abcdef0'] }))
  expect(images.Images).toMatchObject([{ ImageId: 'ami-0123456789abcdef0', State: 'available', Name: 'debian-12' }])
  expect(last()).toContain('<imagesSet><item><imageId>')
  const pairs = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['shop'] }))
  expect(pairs.KeyPairs).toMatchObject([{ KeyName: 'shop' }])
  expect(last()).toContain('<keySet><item><keyName>shop</keyName>')
  const groups = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123456789abcdef0'] }))
  expect(groups.SecurityGroups).toMatchObject([{ GroupId: 'sg-0123456789abcdef0', GroupName: 'default' }])
  expect(last()).toContain('<securityGroupInfo><item>')
  const subnets = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: ['us-east-1b'] }] }),
  )
  expect(subnets.Subnets).toMatchObject([{ SubnetId: 'subnet-0123456789abcdef1', State: 'available' }])
  expect(last()).toContain('<subnetSet><item><subnetId>')
  const types = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t3.micro'] }))
  expect(types.InstanceTypes).toMatchObject([{ InstanceType: 't3.micro' }])
  expect(last()).toContain('<instanceTypeSet><item>')
  const missing = [
    ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-1'] })),
    ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['x'] })),
    ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['sg-1'] })),
    ec2.send(new DescribeSubnetsCommand({ SubnetIds: ['subnet-1'] })),
  ]
  const codes = (await Promise.allSettled(missing)).map((one) => one.status === 'rejected' && one.reason.name)
  expect(codes).toEqual([
    'InvalidAMIID.NotFound',
    'InvalidKeyPair.NotFound',
    'InvalidGroup.NotFound',
    'InvalidSubnetID.NotFound',
  ])
})

test('classic load balancers', async () => {
  const { elb, id, last } = await startListening()
  await elb.send(
    new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName: 'shop-lb', Instances: [{ InstanceId: id }] }),
  )
  expect(last()).toMatch(
    `<RegisterInstancesWithLoadBalancerResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/"><RegisterInstancesWithLoadBalancerResult><Instances><member><InstanceId>${id}</InstanceId></member></Instances></RegisterInstancesWithLoadBalancerResult><ResponseMetadata><RequestId>`,
  )
  await elb.send(new DescribeInstanceHealthCommand({ LoadBalancerName: 'shop-lb' }))
  expect(last()).toMatch(
    `<InstanceStates><member><InstanceId>${id}</InstanceId><State>OutOfService</State><ReasonCode>ELB</ReasonCode>`,
  )
  await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerNames: ['shop-lb'] }))
  expect(last()).toContain('<LoadBalancerDescriptions><member><LoadBalancerName>shop-lb</LoadBalancerName>')
  expect(elementsOf(last()).filter((name) => name !== 'member' && !/^[A-Z]/.test(name))).toEqual([])
})

test('target groups', async () => {
  const { elbv2, id, last } = await startListening()
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: GROUP, Targets: [{ Id: id }] }))
  expect(last()).toMatch(
    '<RegisterTargetsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><RegisterTargetsResult/><ResponseMetadata><RequestId>',
  )
  await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: GROUP }))
  expect(last()).toContain(
    `<DescribeTargetHealthResult><TargetHealthDescriptions><member><HealthCheckPort>8080</HealthCheckPort><Target><Id>${id}</Id><Port>8080</Port></Target><TargetHealth><State>initial</State><Reason>Elb.RegistrationInProgress</Reason>`,
  )
})

function elementsOf(xml: string): string[] {
  return [...new Set(Array.from(xml.matchAll(/<([A-Za-z0-9]+)/g), ([, name = '']) => name))]
}
