import type { Region } from '../region.ts'
import type { Content } from '../wire/xml.ts'
import { type Instance, type InstanceState, isAlive, STATE_CODES } from './instance.ts'

/** `<code>` and `<name>` of a state. */
export function stateXml(state: InstanceState): Content {
  return { code: STATE_CODES[state], name: state }
}

/** A `tagSet`. */
export function tagSetXml(tags: Iterable<readonly [key: string, value: string]>): Content {
  return { item: Array.from(tags, ([key, value]) => ({ key, value })) }
}

/** Tags that Describe calls see at `now`. */
export function visibleTags(instance: Instance, now: number): [string, string][] {
  return [...instance.tags].filter(([, tag]) => tag.visibleAt <= now).map(([key, tag]) => [key, tag.value])
}

/** One `instancesSet/item`. `tags` are those to show: all in the answer to RunInstances, else the visible ones. */
export function instanceXml(instance: Instance, tags: readonly (readonly [string, string])[], region: Region): Content {
  const { id, wish, state, reason } = instance
  return {
    instanceId: id,
    imageId: wish.imageId,
    instanceState: stateXml(state),
    ...placeXml(instance),
    reason: reason?.message ?? '',
    keyName: wish.keyName,
    amiLaunchIndex: instance.launchIndex,
    instanceType: wish.type,
    launchTime: new Date(instance.launchedAt).toISOString(),
    placement: { availabilityZone: wish.subnet.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    stateReason: reason,
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    blockDeviceMapping: { item: wish.devices.map(({ name, volumeId }) => deviceXml(name, volumeId, state)) },
    virtualizationType: 'hvm',
    instanceLifecycle: wish.spot ? 'spot' : undefined,
    spotInstanceRequestId: wish.spot ? id.replace('i-', 'sir-').slice(0, 12) : undefined,
    clientToken: wish.clientToken,
    tagSet: tagSetXml(tags),
    hypervisor: 'xen',
    iamInstanceProfile: profileXml(wish.profile, region.accountId),
    ebsOptimized: false,
    metadataOptions: {
      state: 'applied',
      httpTokens: wish.httpTokens,
      httpPutResponseHopLimit: 1,
      httpEndpoint: 'enabled',
    },
  }
}

/** Network and addresses; an instance loses them when it ends. */
function placeXml(instance: Instance): Record<string, Content> {
  const { wish, address } = instance
  if (!isAlive(instance)) return { privateDnsName: '', dnsName: '', groupSet: '', networkInterfaceSet: '' }
  const groupSet = { item: wish.groups.map(({ id, name }) => ({ groupId: id, groupName: name })) }
  const { id: subnetId, vpcId } = wish.subnet
  return {
    privateDnsName: `ip-${address.replaceAll('.', '-')}.ec2.internal`,
    dnsName: '',
    privateIpAddress: address,
    ipAddress: wish.publicAddress ? address : undefined,
    subnetId,
    vpcId,
    groupSet,
    networkInterfaceSet: {
      item: { subnetId, vpcId, privateIpAddress: address, status: 'in-use', groupSet, attachment: { deviceIndex: 0 } },
    },
  }
}

function deviceXml(deviceName: string, volumeId: string, state: InstanceState): Content {
  const status = state === 'pending' ? 'attaching' : 'attached'
  return { deviceName, ebs: { volumeId, status, deleteOnTermination: true } }
}

function profileXml(name: string | undefined, accountId: string): Content {
  if (name === undefined) return undefined
  const id = `AIPA${Buffer.from(name).toString('hex').toUpperCase().padEnd(17, 'A').slice(0, 17)}`
  return { arn: `arn:aws:iam::${accountId}:instance-profile/${name}`, id }
}
