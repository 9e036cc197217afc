import { expect, test } from 'vitest'
import { CloudFailure, type Ec2Shape, type Order } from '../cloud.ts'
import { shape } from './ec2.fixture.ts'
import { runRequest } from './run-request.ts'

const bare: Ec2Shape = {
  imageId: 'ami-1',
  instanceType: 'm7g.large',
  subnetId: null,
  keyName: null,
  securityGroups: [],
  instanceProfile: null,
  spot: false,
  volumes: [],
}
const order: Order = { token: 'token-1', tags: {}, userData: null, shape: bare }
const request = (change: Partial<Ec2Shape>, orderChange: Partial<Order> = {}) =>
  runRequest({ ...order, ...orderChange }, { ...bare, ...change }, 'eu-west-1')

test('one machine, by our token, with session tokens for its metadata, and nothing that was not asked for', () => {
  expect(JSON.parse(JSON.stringify(request({})))).toEqual({
    ClientToken: 'token-1',
    MinCount: 1,
    MaxCount: 1,
    ImageId: 'ami-1',
    InstanceType: 'm7g.large',
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
  })
})

test('the same order is the same request to the letter', () => {
  const whole = { ...shape, volumes: [{ device: '/dev/xvda', sizeGb: 8, type: 'gp3', iops: null, encrypted: true }] }
  const again: Order = { ...order, tags: { b: '1', a: '2' }, userData: 'x' }
  expect(JSON.stringify(runRequest(structuredClone(again), structuredClone(whole), 'eu-west-1'))).toBe(
    JSON.stringify(runRequest(again, whole, 'eu-west-1')),
  )
})

test('machine and disks are tagged at birth, and the spot request too', () => {
  const Tags = [
    { Key: 'Name', Value: 'shop01' },
    { Key: 'Cluster', Value: 'shop' },
  ]
  const tags = { Name: 'shop01', Cluster: 'shop' }
  const types = (spot: boolean) =>
    request({ spot }, { tags }).TagSpecifications?.map(({ ResourceType }) => ResourceType)
  expect(types(false)).toEqual(['instance', 'volume'])
  expect(types(true)).toEqual(['instance', 'volume', 'spot-instances-request'])
  expect(request({}, { tags }).TagSpecifications?.[0]?.Tags).toEqual(Tags)
})

test('a spot machine is asked for once and ends when it is taken back', () => {
  expect(request({ spot: true }).InstanceMarketOptions).toEqual({
    MarketType: 'spot',
    SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
  })
})

test('disks go with their machine', () => {
  const volumes = [
    { device: '/dev/xvda', sizeGb: 20, type: 'gp3', iops: null, encrypted: false },
    { device: '/dev/sdb', sizeGb: 100, type: 'io2', iops: 3_000, encrypted: true },
  ]
  expect(JSON.parse(JSON.stringify(request({ volumes }).BlockDeviceMappings))).toEqual([
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 20, VolumeType: 'gp3', DeleteOnTermination: true } },
    {
      DeviceName: '/dev/sdb',
      Ebs: { VolumeSize: 100, VolumeType: 'io2', Iops: 3_000, Encrypted: true, DeleteOnTermination: true },
    },
  ])
})

test('user data travels in base64, whatever is in it', () => {
  const userData = '#!/bin/sh\necho "¿ü?" > /tmp/x\n'
  expect(Buffer.from(request({}, { userData }).UserData ?? '', 'base64').toString('utf8')).toBe(userData)
})

test.each([
  { profile: 'shop', expected: { Name: 'shop' } },
  { profile: 'arn:aws:iam::1:instance-profile/shop', expected: { Arn: 'arn:aws:iam::1:instance-profile/shop' } },
])('the instance profile $profile', ({ profile, expected }) => {
  expect(request({ instanceProfile: profile }).IamInstanceProfile).toEqual(expected)
})

test('security groups by id and by name, names only without a subnet', () => {
  const securityGroups = ['sg-1', 'web', 'sg-2']
  expect(request({ securityGroups })).toMatchObject({ SecurityGroupIds: ['sg-1', 'sg-2'], SecurityGroups: ['web'] })
  expect(() => request({ securityGroups, subnetId: 'subnet-a' })).toThrow(
    new CloudFailure(
      'bad-request',
      'EC2 eu-west-1: security groups go by name only without a subnet, and this machine is for subnet-a; put the id of "web" (sg-…) into the EC2 profile.',
    ),
  )
})
