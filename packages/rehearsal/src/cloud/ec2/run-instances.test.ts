import { RunInstancesCommand, type RunInstancesCommandInput } from '@aws-sdk/client-ec2'
import { afterEach, expect, test } from 'vitest'
import { makeEd25519 } from '../../keys.ts'
import { endTestClouds, paperMachines, shopNode, startTestCloud } from '../cloud.fixture.ts'

afterEach(endTestClouds)

test('gives back everything that was asked for', async () => {
  const { ec2, cloud } = await startTestCloud()
  const answer = await ec2.send(
    new RunInstancesCommand(
      shopNode({
        ClientToken: 'token-1',
        IamInstanceProfile: { Name: 'shop-node' },
        InstanceMarketOptions: { MarketType: 'spot' },
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20 } }],
        NetworkInterfaces: [
          {
            DeviceIndex: 0,
            SubnetId: 'subnet-0123456789abcdef1',
            Groups: ['sg-0123456789abcdef0'],
            AssociatePublicIpAddress: true,
          },
        ],
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'shop <01> & "co"' }] }],
      }),
    ),
  )
  expect(answer).toMatchObject({ OwnerId: cloud.accountId, ReservationId: expect.stringMatching(/^r-/) })
  expect(answer.Instances?.[0]).toMatchObject({
    InstanceId: expect.stringMatching(/^i-[0-9a-f]{17}$/),
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: 't3.micro',
    InstanceLifecycle: 'spot',
    KeyName: 'shop',
    ClientToken: 'token-1',
    PrivateIpAddress: '127.9.9.1',
    PublicIpAddress: '127.9.9.1',
    SubnetId: 'subnet-0123456789abcdef1',
    Placement: { AvailabilityZone: 'us-east-1b' },
    SecurityGroups: [{ GroupId: 'sg-0123456789abcdef0', GroupName: 'default' }],
    IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/shop-node' },
    MetadataOptions: { HttpTokens: 'required' },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Status: 'attaching' } }],
    Tags: [{ Key: 'Name', Value: 'shop <01> & "co"' }],
    LaunchTime: new Date(1_700_000_000_000),
  })
})

const refusals: { name: string; change: Partial<RunInstancesCommandInput>; code: string }[] = [
  { name: 'an unknown image', change: { ImageId: 'ami-00000000000000000' }, code: 'InvalidAMIID.NotFound' },
  { name: 'an image id of another form', change: { ImageId: 'debian' }, code: 'InvalidAMIID.Malformed' },
  { name: 'an unknown key pair', change: { KeyName: 'nobody' }, code: 'InvalidKeyPair.NotFound' },
  { name: 'an unknown group', change: { SecurityGroupIds: ['sg-1'] }, code: 'InvalidGroup.NotFound' },
  { name: 'an unknown subnet', change: { SubnetId: 'subnet-1' }, code: 'InvalidSubnetID.NotFound' },
  { name: 'a type that the zone has not got', change: { InstanceType: 'p5.48xlarge' }, code: 'Unsupported' },
  { name: 'an unknown profile', change: { IamInstanceProfile: { Name: 'x' } }, code: 'InvalidParameterValue' },
  { name: 'counts upside down', change: { MinCount: 2, MaxCount: 1 }, code: 'InvalidParameterValue' },
  { name: 'no node at all', change: { MinCount: 0, MaxCount: 0 }, code: 'InvalidParameterValue' },
  { name: 'user data that is not base64', change: { UserData: '#cloud-config' }, code: 'InvalidParameterValue' },
  { name: 'user data of 16385 bytes', change: { UserData: base64Of(16_385) }, code: 'InvalidParameterValue' },
  {
    name: 'a subnet beside network interfaces',
    change: { SubnetId: 'subnet-0123456789abcdef0', NetworkInterfaces: [{ DeviceIndex: 0 }] },
    code: 'InvalidParameterCombination',
  },
  {
    name: "tags of AWS's own",
    change: { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:x', Value: 'y' }] }] },
    code: 'InvalidParameterValue',
  },
  { name: 'a dry run of a good call', change: { DryRun: true }, code: 'DryRunOperation' },
  { name: 'a dry run of a bad call', change: { DryRun: true, KeyName: 'nobody' }, code: 'InvalidKeyPair.NotFound' },
  { name: 'more than the limit', change: { MinCount: 4, MaxCount: 4 }, code: 'InstanceLimitExceeded' },
]

test.each(refusals)('refuses $name and launches nothing', async ({ change, code }) => {
  const { ec2, cloud } = await startTestCloud({ instancesMax: 3 })
  await expect(ec2.send(new RunInstancesCommand(shopNode(change)))).rejects.toMatchObject({ name: code })
  expect(cloud.instances()).toEqual([])
  expect(cloud.calls.at(-1)?.refusal).toBe(code)
})

test('takes user data of exactly 16 KiB', async () => {
  const { ec2 } = await startTestCloud()
  await ec2.send(new RunInstancesCommand(shopNode({ UserData: base64Of(16_384) })))
})

test('one client token launches once, also when it is sent twice at the same time', async () => {
  const { ec2, cloud } = await startTestCloud()
  const send = (change = {}) => ec2.send(new RunInstancesCommand(shopNode({ ClientToken: 'once', ...change })))
  const answers = await Promise.all([send(), send()])
  answers.push(await send())
  expect(new Set(answers.map(({ Instances }) => Instances?.[0]?.InstanceId)).size).toBe(1)
  expect(cloud.instances()).toHaveLength(1)
  await expect(send({ InstanceType: 't3.small' })).rejects.toMatchObject({ name: 'IdempotentParameterMismatch' })
  await send({ ClientToken: 'twice', InstanceType: 't3.small' })
  expect(cloud.instances()).toHaveLength(2)
})

test('a refused launch leaves its client token free', async () => {
  const machines = paperMachines(0)
  const { ec2 } = await startTestCloud({ machines })
  const send = () => ec2.send(new RunInstancesCommand(shopNode({ ClientToken: 'once' })))
  await expect(send()).rejects.toMatchObject({ name: 'InsufficientFreeAddressesInSubnet' })
  await expect(send()).rejects.toMatchObject({ name: 'InsufficientFreeAddressesInSubnet' })
})

test('launches as many as fit between MinCount and MaxCount, under one reservation', async () => {
  const { ec2 } = await startTestCloud({ machines: paperMachines(3) })
  const answer = await ec2.send(new RunInstancesCommand(shopNode({ MinCount: 2, MaxCount: 5 })))
  expect(answer.Instances?.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2])
})

test('hands key pair, user data keys and name to the machine', async () => {
  const { ec2, clock, cloud, machines } = await startTestCloud()
  const [hostKey, operator] = [makeEd25519(), makeEd25519('operator')]
  const config = `#cloud-config\nssh_authorized_keys:\n  - ${operator.publicKey}\nssh_keys:\n  ed25519_private: |\n${hostKey.privateKey.replace(/^/gm, '    ')}\n`
  await ec2.send(
    new RunInstancesCommand(
      shopNode({
        UserData: Buffer.from(config).toString('base64'),
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'shop01' }] }],
      }),
    ),
  )
  await clock.advance(50)
  expect(machines.wishes[0]).toMatchObject({ name: 'shop01', host: '127.9.9.1' })
  expect(machines.wishes[0]?.authorizedKeys.map((line) => line.split(' ')[2])).toEqual(['shop', 'operator'])
  expect(cloud.instances()[0]?.hostKey).toBe(hostKey.publicKey.split(' ').slice(0, 2).join(' '))
})

function base64Of(bytes: number): string {
  return Buffer.alloc(bytes, 'x').toString('base64')
}
