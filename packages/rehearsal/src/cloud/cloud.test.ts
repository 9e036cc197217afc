import {
  DescribeInstancesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterEach, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud } from './cloud.fixture.ts'

afterEach(endTestClouds)

test('an instance is launched, boots, tells its host key on the console and ends', async () => {
  const { ec2, clock, cloud, machines } = await startTestCloud()
  const launched = await ec2.send(new RunInstancesCommand(shopNode()))
  const id = launched.Instances?.[0]?.InstanceId ?? ''
  expect(launched.Instances?.[0]?.State).toEqual({ Code: 0, Name: 'pending' })
  await clock.advance(50)
  const seen = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  expect(seen.Reservations?.[0]?.Instances?.[0]).toMatchObject({
    State: { Code: 16, Name: 'running' },
    PrivateIpAddress: '127.9.9.1',
    KeyName: 'shop',
  })
  const output = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }))
  const text = Buffer.from(output.Output ?? '', 'base64').toString()
  expect(text).toContain(`-----BEGIN SSH HOST KEY KEYS-----\r\n${cloud.instances()[0]?.hostKey} root@`)
  const ended = await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  expect(ended.TerminatingInstances).toEqual([
    {
      InstanceId: id,
      CurrentState: { Code: 32, Name: 'shutting-down' },
      PreviousState: { Code: 16, Name: 'running' },
    },
  ])
  await clock.advance(20)
  expect(cloud.instances()[0]?.state).toBe('terminated')
  expect(machines.deeds).toEqual([`boot ${id}`, `release ${id}`])
})
