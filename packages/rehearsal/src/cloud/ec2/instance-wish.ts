import type { Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'
import { newId } from './fleet.ts'
import type { InstanceWish } from './instance.ts'
import { readSubnet, type Subnet } from './subnets.ts'
import { checkTags } from './tags.ts'

/** Reads what RunInstances asks for and checks it against what the region has; refuses as EC2 does. */
export function readWish(form: Form, region: Region, clientToken: string): InstanceWish {
  const imageId = readImage(form, region)
  const network = readNetwork(form)
  const subnet = readSubnet(network.subnetId, region)
  return {
    imageId,
    type: readType(form, region, subnet),
    keyName: readKeyName(form, region),
    groups: readGroups(network, region),
    subnet,
    clientToken,
    tags: readTags(form),
    spot: form.text('InstanceMarketOptions.MarketType') === 'spot',
    profile: readProfile(form, region),
    userData: readUserDataText(form),
    publicAddress: network.publicAddress,
    protected: form.flag('DisableApiTermination'),
    httpTokens: form.text('MetadataOptions.HttpTokens') ?? 'optional',
    devices: form.items('BlockDeviceMapping').map((device) => ({
      name: device.need('DeviceName'),
      sizeGib: device.text('Ebs.VolumeSize'),
      volumeId: newId('vol'),
    })),
  }
}

function readImage(form: Form, { inventory }: Region): string {
  const id = form.need('ImageId')
  if (!/^ami-[0-9a-f]+$/.test(id)) throw new ApiError('InvalidAMIID.Malformed', `Invalid id: "${id}"`)
  if (inventory.images.some((image) => image.id === id)) return id
  throw new ApiError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
}

function readType(form: Form, { inventory }: Region, subnet: Subnet): string {
  const type = form.text('InstanceType') ?? 'm1.small'
  if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(type)) {
    throw new ApiError('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`)
  }
  if (inventory.instanceTypes.includes(type) && !subnet.noTypes.includes(type)) return type
  const message = `Your requested instance type (${type}) is not supported in your requested Availability Zone (${subnet.zone}).`
  throw new ApiError('Unsupported', message)
}

function readKeyName(form: Form, { inventory }: Region): string | undefined {
  const name = form.text('KeyName')
  if (name === undefined || inventory.keyPairs.some((pair) => pair.name === name)) return name
  throw new ApiError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`)
}

interface Network {
  subnetId: string | undefined
  groupIds: string[]
  groupNames: string[]
  publicAddress: boolean
}

function readNetwork(form: Form): Network {
  const [card] = form.items('NetworkInterface')
  const own = {
    subnetId: form.text('SubnetId'),
    groupIds: form.list('SecurityGroupId'),
    groupNames: form.list('SecurityGroup'),
  }
  if (card === undefined) return { ...own, publicAddress: false }
  if (own.subnetId !== undefined || own.groupIds.length + own.groupNames.length > 0) {
    const what = own.subnetId === undefined ? 'security groups' : 'subnet ID'
    const message = `Network interfaces and an instance-level ${what} may not be specified on the same request`
    throw new ApiError('InvalidParameterCombination', message)
  }
  return {
    subnetId: card.text('SubnetId'),
    groupIds: card.list('SecurityGroupId'),
    groupNames: [],
    publicAddress: card.flag('AssociatePublicIpAddress'),
  }
}

function readGroups({ groupIds, groupNames }: Network, { inventory }: Region): InstanceWish['groups'] {
  const [first] = inventory.securityGroups
  const wanted =
    groupIds.length + groupNames.length === 0 && first !== undefined ? [first.id] : [...groupIds, ...groupNames]
  return wanted.map((wish) => {
    const found = inventory.securityGroups.find(({ id, name }) => id === wish || name === wish)
    if (found !== undefined) return { id: found.id, name: found.name ?? found.id }
    throw new ApiError('InvalidGroup.NotFound', `The security group '${wish}' does not exist`)
  })
}

function readTags(form: Form): [string, string][] {
  const specs = form.items('TagSpecification').filter((spec) => spec.text('ResourceType') === 'instance')
  const tags = specs
    .flatMap((spec) => spec.items('Tag'))
    .map((tag): [string, string] => [tag.need('Key'), tag.text('Value') ?? ''])
  checkTags(tags)
  return tags
}

function readProfile(form: Form, { inventory }: Region): string | undefined {
  const arn = form.text('IamInstanceProfile.Arn')
  const name = form.text('IamInstanceProfile.Name') ?? arn?.split('/').at(-1)
  if (name === undefined || inventory.instanceProfiles.includes(name)) return name
  const [field, value] = arn === undefined ? ['name', name] : ['arn', arn]
  const message = `Value (${value}) for parameter iamInstanceProfile.${field} is invalid. Invalid IAM Instance Profile ${field}`
  throw new ApiError('InvalidParameterValue', message)
}

const USER_DATA_BYTES_MAX = 16_384 // EC2 API reference, RunInstances: "limited to 16 KB"

function readUserDataText(form: Form): string | undefined {
  const text = form.text('UserData')
  if (text === undefined) return undefined
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text)) {
    throw new ApiError('InvalidParameterValue', 'Invalid BASE64 encoding of user data.')
  }
  if (Buffer.from(text, 'base64').length <= USER_DATA_BYTES_MAX) return text
  throw new ApiError('InvalidParameterValue', 'User data is limited to 16384 bytes')
}
