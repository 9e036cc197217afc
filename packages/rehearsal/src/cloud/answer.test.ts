import {
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { DescribeLoadBalancersCommand, ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing'
import { afterEach, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud } from './cloud.fixture.ts'

afterEach(endTestClouds)

const NOT_VALIDATED = 'AWS was not able to validate the provided access credentials'

test.each([
  { name: 'an unknown key', change: { accessKeyId: 'stranger' }, ec2: 'AuthFailure', elb: 'InvalidClientTokenId' },
  { name: 'a wrong secret', change: { secretAccessKey: 'wrong' }, ec2: 'AuthFailure', elb: 'SignatureDoesNotMatch' },
])('refuses $name, each API in its own words', async ({ change, ec2, elb }) => {
  const { config } = await startTestCloud()
  const strange = { ...config, credentials: { ...config.credentials, ...change } }
  await expect(new EC2Client(strange).send(new DescribeInstancesCommand({}))).rejects.toMatchObject({
    name: ec2,
    message: NOT_VALIDATED,
    $metadata: { httpStatusCode: 401 },
  })
  await expect(
    new ElasticLoadBalancingClient(strange).send(new DescribeLoadBalancersCommand({})),
  ).rejects.toMatchObject({
    name: elb,
    $metadata: { httpStatusCode: 403 },
  })
})

test('refuses a region that it has not got', async () => {
  const { config } = await startTestCloud()
  const far = new EC2Client({ ...config, region: 'mars-north-1' })
  await expect(far.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({ name: 'AuthFailure' })
})

test('refuses what is denied, until it is allowed again', async () => {
  const { cloud, ec2 } = await startTestCloud({ denied: ['RunInstances'] })
  await expect(ec2.send(new RunInstancesCommand(shopNode()))).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    $metadata: { httpStatusCode: 403 },
  })
  expect(cloud.instances()).toEqual([])
  cloud.denied.delete('RunInstances')
  await ec2.send(new RunInstancesCommand(shopNode()))
  cloud.denied.add('DescribeLoadBalancers')
  const elb = new ElasticLoadBalancingClient({
    endpoint: cloud.url,
    region: cloud.region,
    credentials: cloud.credentials,
  })
  await expect(elb.send(new DescribeLoadBalancersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' })
})

test('a dry run tells the permission and does nothing', async () => {
  const { cloud, ec2 } = await startTestCloud()
  const answer = await ec2.send(new RunInstancesCommand(shopNode()))
  const end = new TerminateInstancesCommand({ InstanceIds: [answer.Instances?.[0]?.InstanceId ?? ''], DryRun: true })
  await expect(ec2.send(end)).rejects.toMatchObject({ name: 'DryRunOperation', $metadata: { httpStatusCode: 412 } })
  expect(cloud.instances()[0]?.state).toBe('pending')
})

test('does not know other actions', async () => {
  const { ec2 } = await startTestCloud()
  await expect(ec2.send(new DescribeRegionsCommand({}))).rejects.toMatchObject({ name: 'InvalidAction' })
})

test('refuses a call without a signature, and keeps the request id in header and body', async () => {
  const { cloud } = await startTestCloud()
  const post = (body: string) => fetch(cloud.url, { method: 'POST', body: new URLSearchParams(body) })
  const ec2 = await post('Action=DescribeInstances&Version=2016-11-15')
  expect(ec2.status).toBe(401)
  expect(await ec2.text()).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>AuthFailure</Code><Message>${NOT_VALIDATED}</Message></Error></Errors><RequestID>${ec2.headers.get('x-amzn-requestid')}</RequestID></Response>`,
  )
  const elb = await post('Action=DescribeLoadBalancers&Version=2012-06-01')
  expect(elb.status).toBe(403)
  expect(await elb.text()).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/"><Error><Type>Sender</Type><Code>MissingAuthenticationToken</Code><Message>Missing Authentication Token</Message></Error><RequestId>${elb.headers.get('x-amzn-requestid')}</RequestId></ErrorResponse>`,
  )
})

test('refuses a body of more than 1 MiB', async () => {
  const { cloud } = await startTestCloud()
  const answer = await fetch(cloud.url, { method: 'POST', body: 'x'.repeat((1 << 20) + 1) })
  expect(answer.status).toBe(413)
})
