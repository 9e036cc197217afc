import type { BlockDeviceMapping, RunInstancesCommandInput, TagSpecification } from '@aws-sdk/client-ec2'
import type { Volume } from '../../../model/profile.ts'
import { CloudFailure, type Ec2Shape, type Order } from '../cloud.ts'

/**
 * What RunInstances is asked for. The same order gives the same request to the letter, for AWS compares them by the token. Throws
 * `bad-request` where EC2 could not make such a machine.
 */
export function runRequest(order: Order, shape: Ec2Shape, region: string): RunInstancesCommandInput {
  checkGroups(shape, region)
  const groupIds = shape.securityGroups.filter(isGroupId)
  const groupNames = shape.securityGroups.filter((group) => !isGroupId(group))
  return {
    ClientToken: order.token,
    MinCount: 1,
    MaxCount: 1,
    ImageId: shape.imageId,
    // EC2's list of types grows by the week; the SDK's type has those of its own day.
    InstanceType: shape.instanceType as RunInstancesCommandInput['InstanceType'],
    SubnetId: shape.subnetId ?? undefined,
    KeyName: shape.keyName ?? undefined,
    SecurityGroupIds: unlessEmpty(groupIds),
    SecurityGroups: unlessEmpty(groupNames),
    IamInstanceProfile: shape.instanceProfile === null ? undefined : profileOf(shape.instanceProfile),
    BlockDeviceMappings: unlessEmpty(shape.volumes.map(mappingOf)),
    // One request, one machine: a persistent one would start another behind tscaler's back.
    InstanceMarketOptions: shape.spot
      ? { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' } }
      : undefined,
    MetadataOptions: METADATA,
    UserData: order.userData === null ? undefined : Buffer.from(order.userData, 'utf8').toString('base64'),
    TagSpecifications: tagsOf(order.tags, shape.spot),
  }
}

/**
 * Session tokens only (IMDSv2), and one hop: what asks for the machine's role runs on the machine itself. A second hop would let every
 * container and careless proxy on it have the role's keys.
 */
const METADATA = { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 } as const

function checkGroups({ subnetId, securityGroups }: Ec2Shape, region: string): void {
  const named = securityGroups.find((group) => !isGroupId(group))
  if (named === undefined || subnetId === null) return
  const text = `EC2 ${region}: security groups go by name only without a subnet, and this machine is for ${subnetId}; put the id of "${named}" (sg-…) into the EC2 profile.`
  throw new CloudFailure('bad-request', text)
}

function isGroupId(group: string): boolean {
  return group.startsWith('sg-')
}

function profileOf(profile: string): { Arn: string } | { Name: string } {
  return profile.startsWith('arn:') ? { Arn: profile } : { Name: profile }
}

function mappingOf({ device, sizeGb, type, iops, encrypted }: Volume): BlockDeviceMapping {
  return {
    DeviceName: device,
    Ebs: {
      VolumeSize: sizeGb,
      // As with instance types: AWS adds some.
      VolumeType: type as NonNullable<BlockDeviceMapping['Ebs']>['VolumeType'],
      Iops: iops ?? undefined,
      // A plain "false" is refused where the image's disk is encrypted; left out, the image and the account decide.
      Encrypted: encrypted ? true : undefined,
      DeleteOnTermination: true,
    },
  }
}

function tagsOf(tags: Readonly<Record<string, string>>, spot: boolean): TagSpecification[] | undefined {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  if (Tags.length === 0) return undefined
  const tagged: TagSpecification['ResourceType'][] = ['instance', 'volume']
  if (spot) tagged.push('spot-instances-request')
  return tagged.map((ResourceType) => ({ ResourceType, Tags }))
}

function unlessEmpty<Thing>(things: Thing[]): Thing[] | undefined {
  return things.length === 0 ? undefined : things
}
