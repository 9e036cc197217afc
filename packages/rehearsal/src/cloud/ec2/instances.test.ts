import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeTagsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  paginateDescribeInstances,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterEach, describe, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud, type TestCloud } from '../cloud.fixture.ts'

afterEach(endTestClouds)

async function launch({ ec2 }: TestCloud, name: string, change = {}): Promise<string> {
  const tags = [{ ResourceType: 'instance' as const, Tags: [{ Key: 'Name', Value: name }] }]
  const answer = await ec2.send(new RunInstancesCommand(shopNode({ TagSpecifications: tags, ...change })))
  return answer.Instances?.[0]?.InstanceId ?? ''
}

async function describeIds({ ec2 }: TestCloud, input: DescribeInstancesCommandInput): Promise<(string | undefined)[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(input))
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId))
}

const by = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] })

describe('DescribeInstances', () => {
  test('ORs the values of a filter, ANDs filters, knows wildcards', async () => {
    const cloud = await startTestCloud()
    const one = await launch(cloud, 'shop01', { ClientToken: 't1' })
    const two = await launch(cloud, 'shop02', { InstanceType: 't3.small' })
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [two] }))
    expect(await describeIds(cloud, {})).toEqual([one, two])
    expect(await describeIds(cloud, by('tag:Name', 'shop01', 'shop09'))).toEqual([one])
    expect(await describeIds(cloud, by('tag:Name', 'shop*'))).toEqual([one, two])
    expect(await describeIds(cloud, by('tag:Name', 'shop0?', 'x'))).toEqual([one, two])
    expect(await describeIds(cloud, by('tag:name', 'shop01'))).toEqual([])
    expect(await describeIds(cloud, by('tag-key', 'Name'))).toEqual([one, two])
    expect(await describeIds(cloud, by('client-token', 't1'))).toEqual([one])
    expect(await describeIds(cloud, by('instance-id', two))).toEqual([two])
    expect(await describeIds(cloud, by('instance-state-name', 'pending', 'running'))).toEqual([one])
    const both = [...by('tag:Name', 'shop*').Filters, ...by('instance-type', 't3.small').Filters]
    expect(await describeIds(cloud, { Filters: both })).toEqual([two])
    await expect(describeIds(cloud, by('colour', 'red'))).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  test('gives pages of MaxResults', async () => {
    const cloud = await startTestCloud()
    const ids = []
    for (let number = 1; number <= 12; number += 1) ids.push(await launch(cloud, `shop${number}`))
    const pages = []
    for await (const page of paginateDescribeInstances({ client: cloud.ec2, pageSize: 5 }, {})) {
      pages.push(
        (page.Reservations ?? []).flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId)),
      )
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(pages.flat()).toEqual(ids)
    await expect(describeIds(cloud, { MaxResults: 4 })).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await expect(describeIds(cloud, { NextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextToken' })
    await expect(describeIds(cloud, { MaxResults: 5, InstanceIds: ids })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    })
  })

  test('does not know an id before hiddenMs are over, but finds none by filter; shows tags tagsLateMs later', async () => {
    const cloud = await startTestCloud({ times: { hiddenMs: 100, tagsLateMs: 500 } })
    const id = await launch(cloud, 'shop01')
    const notFound = { name: 'InvalidInstanceID.NotFound', message: `The instance ID '${id}' does not exist` }
    await expect(describeIds(cloud, { InstanceIds: [id] })).rejects.toMatchObject(notFound)
    await expect(cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject(notFound)
    const tag = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'a', Value: 'b' }] })
    await expect(cloud.ec2.send(tag)).rejects.toMatchObject(notFound)
    expect(await describeIds(cloud, by('instance-id', id))).toEqual([])
    await cloud.clock.advance(100)
    expect(await describeIds(cloud, { InstanceIds: [id] })).toEqual([id])
    expect(await describeIds(cloud, by('tag:Name', 'shop01'))).toEqual([])
    await cloud.clock.advance(400)
    expect(await describeIds(cloud, by('tag:Name', 'shop01'))).toEqual([id])
  })

  test('refuses an id of another form', async () => {
    await expect(describeIds(await startTestCloud(), { InstanceIds: ['shop01'] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.Malformed',
    })
  })

  test('knows a terminated instance, without its address, until terminatedVisibleMs are over', async () => {
    const cloud = await startTestCloud({ times: { terminatedVisibleMs: 1_000 } })
    const id = await launch(cloud, 'shop01')
    await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await cloud.clock.advance(20)
    const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    const seen = Reservations?.[0]?.Instances?.[0]
    expect(seen).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: {
        Code: 'Client.UserInitiatedShutdown',
        Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      },
    })
    expect(seen?.PrivateIpAddress).toBeUndefined()
    await cloud.clock.advance(1_000)
    await expect(describeIds(cloud, { InstanceIds: [id] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    })
  })

  test('keeps regions apart', async () => {
    const cloud = await startTestCloud({ regions: ['us-east-1', 'eu-central-1'] })
    const id = await launch(cloud, 'shop01')
    const ec2 = new EC2Client({ ...cloud.config, region: 'eu-central-1' })
    expect(await describeIds({ ...cloud, ec2 }, {})).toEqual([])
    await expect(describeIds({ ...cloud, ec2 }, { InstanceIds: [id] })).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    })
  })
})

describe('states', () => {
  test('stopping and starting boots the machine again, at its address', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'shop01')
    await expect(cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    })
    await cloud.clock.advance(50)
    const stopped = await cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))
    expect(stopped.StoppingInstances?.[0]?.CurrentState).toEqual({ Code: 64, Name: 'stopping' })
    await cloud.clock.advance(20)
    expect(cloud.cloud.instances()[0]?.state).toBe('stopped')
    const begun = await cloud.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))
    expect(begun.StartingInstances?.[0]).toMatchObject({
      CurrentState: { Name: 'pending' },
      PreviousState: { Name: 'stopped' },
    })
    await cloud.clock.advance(50)
    expect(cloud.cloud.instances()[0]?.state).toBe('running')
    expect(cloud.machines.deeds).toEqual([`boot ${id}`, `halt ${id}`, `boot ${id}`])
  })

  test('terminating again is a success; a protected one, or one unknown among known ones, ends nothing', async () => {
    const cloud = await startTestCloud()
    const [id, kept] = [await launch(cloud, 'a'), await launch(cloud, 'b', { DisableApiTermination: true })]
    const end = (...InstanceIds: string[]) => cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds }))
    await expect(end(id, kept)).rejects.toMatchObject({ name: 'OperationNotPermitted' })
    await expect(end(id, 'i-00000000000000000')).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' })
    expect(cloud.cloud.instances().map(({ state }) => state)).toEqual(['pending', 'pending'])
    await end(id)
    await cloud.clock.advance(20)
    const again = await end(id)
    expect(again.TerminatingInstances?.[0]?.PreviousState?.Name).toBe('terminated')
  })

  test('a machine that fails to boot ends its instance, with the reason', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'a', {
      UserData: Buffer.from('#cloud-config\nssh_keys: {rsa_private: x}').toString('base64'),
    })
    await cloud.clock.advance(100)
    const { Reservations } = await cloud.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    expect(Reservations?.[0]?.Instances?.[0]?.StateReason).toMatchObject({
      Code: 'Server.InternalError',
      Message: expect.stringContaining('The host key in the user data is no private key'),
    })
  })

  test('a spot interruption ends the instance after the notice, and says so', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'a', { InstanceMarketOptions: { MarketType: 'spot' } })
    await cloud.clock.advance(50)
    await expect(cloud.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
    cloud.cloud.interruptSpot(id, 120_000)
    await cloud.clock.advance(119_999)
    expect(cloud.cloud.instances()[0]?.state).toBe('running')
    await cloud.clock.advance(1)
    expect(cloud.cloud.instances()[0]).toMatchObject({
      state: 'shutting-down',
      reason: { code: 'Server.SpotInstanceTermination' },
    })
  })

  test('DescribeInstanceStatus tells who boots, who answers and who never will', async () => {
    const cloud = await startTestCloud({ times: { bootMs: 100 } })
    cloud.cloud.faults.add({ kind: 'launch', noSsh: true, skip: 1 })
    const ids = [await launch(cloud, 'a'), await launch(cloud, 'b')]
    const status = async (IncludeAllInstances: boolean) => {
      const { InstanceStatuses = [] } = await cloud.ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances }))
      return InstanceStatuses.map((one) => `${one.InstanceState?.Name} ${one.InstanceStatus?.Status}`)
    }
    expect(await status(false)).toEqual([])
    expect(await status(true)).toEqual(['pending not-applicable', 'pending not-applicable'])
    await cloud.clock.advance(50)
    expect(await status(false)).toEqual(['running initializing', 'running impaired'])
    await cloud.clock.advance(100)
    expect(await status(false)).toEqual(['running ok', 'running impaired'])
    expect(cloud.machines.deeds).toEqual([`boot ${ids[0]}`])
  })
})

describe('tags', () => {
  test('are made, replaced, listed and removed', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'a')
    await cloud.ec2.send(
      new CreateTagsCommand({
        Resources: [id],
        Tags: [
          { Key: 'Name', Value: 'b' },
          { Key: 'Cluster', Value: 'shop' },
        ],
      }),
    )
    const list = async (Name: string, ...Values: string[]) => {
      const { Tags = [] } = await cloud.ec2.send(new DescribeTagsCommand({ Filters: [{ Name, Values }] }))
      return Tags.map(
        ({ ResourceId, ResourceType, Key, Value }) => `${ResourceId === id} ${ResourceType} ${Key}=${Value}`,
      )
    }
    expect(await list('resource-id', id)).toEqual(['true instance Name=b', 'true instance Cluster=shop'])
    expect(await list('tag:Cluster', 'shop')).toEqual(['true instance Cluster=shop'])
    expect(await list('key', 'Name')).toEqual(['true instance Name=b'])
    await cloud.ec2.send(
      new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: 'Name', Value: 'other' }, { Key: 'Cluster' }] }),
    )
    expect(await list('resource-type', 'instance')).toEqual(['true instance Name=b'])
  })

  test('are 50 at most', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'a')
    const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: '' }))
    await cloud.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tags(49) }))
    await expect(cloud.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tags(50) }))).rejects.toMatchObject({
      name: 'TagLimitExceeded',
    })
  })
})

describe('the inside of a machine', () => {
  test('the console shows the host keys consoleMs after the boot, or never', async () => {
    const cloud = await startTestCloud({ times: { consoleMs: 1_000 } })
    const id = await launch(cloud, 'a')
    const consoleOf = async (from: TestCloud, InstanceId: string) => {
      const { Output } = await from.ec2.send(new GetConsoleOutputCommand({ InstanceId }))
      return Output === undefined ? undefined : Buffer.from(Output, 'base64').toString()
    }
    expect(await consoleOf(cloud, id)).toBeUndefined()
    await cloud.clock.advance(50)
    expect(await consoleOf(cloud, id)).not.toContain('HOST KEY KEYS')
    await cloud.clock.advance(1_000)
    expect(await consoleOf(cloud, id)).toContain('-----BEGIN SSH HOST KEY KEYS-----\r\nssh-ed25519 ')
    const mute = await startTestCloud({ times: { consoleMs: undefined } })
    const other = await launch(mute, 'a')
    await mute.clock.advance(3_600_000)
    expect(await consoleOf(mute, other)).not.toContain('HOST KEY KEYS')
  })

  test('attributes: user data as it was given, protection', async () => {
    const cloud = await startTestCloud()
    const id = await launch(cloud, 'a', { UserData: Buffer.from('#!/bin/sh').toString('base64') })
    const ask = (Attribute: 'userData' | 'disableApiTermination' | 'kernel') =>
      cloud.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute }))
    expect((await ask('userData')).UserData).toEqual({ Value: 'IyEvYmluL3No' })
    expect((await ask('disableApiTermination')).DisableApiTermination).toEqual({ Value: false })
    await expect(ask('kernel')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })
})
