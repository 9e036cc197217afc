import type { Actions, Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'
import type { Content } from '../wire/xml.ts'
import { matches, readFilters } from './filters.ts'
import { type Subnet, subnetsOf } from './subnets.ts'

/** What is there for RunInstances to name. Ids or names that don't exist are refused, as in EC2. */
export const describeInventory: Actions = {
  DescribeImages: ({ form }, region) => ({
    imagesSet: { item: choose(form, region.inventory.images, IMAGES).map((image) => imageXml(image, region)) },
  }),

  DescribeKeyPairs({ form }, { inventory }) {
    const pairs = inventory.keyPairs.map(({ name }) => ({ id: name }))
    return { keySet: { item: choose(form, pairs, KEY_PAIRS).map(({ id }) => ({ keyName: id, tagSet: '' })) } }
  },

  DescribeSecurityGroups: ({ form }, region) => ({
    securityGroupInfo: {
      item: choose(form, region.inventory.securityGroups, GROUPS).map((group) => groupXml(group, region)),
    },
  }),

  DescribeSubnets: ({ form }, region) => ({
    subnetSet: { item: choose(form, subnetsOf(region), SUBNETS).map((subnet) => subnetXml(subnet, region)) },
  }),

  DescribeInstanceTypes({ form }, { inventory }) {
    const types = inventory.instanceTypes.map((id) => ({ id }))
    return { instanceTypeSet: { item: choose(form, types, TYPES).map(({ id }) => ({ instanceType: id })) } }
  },
}

interface Named {
  id: string
  name?: string
}

/** How a call names things of one kind, and how it is refused. */
interface Naming<Thing> {
  /** Parameters that list ids or names. */
  lists: readonly string[]
  code: string
  words: string
  filters: Readonly<Record<string, (thing: Thing) => string>>
}

const IMAGES: Naming<Named> = {
  lists: ['ImageId'],
  code: 'InvalidAMIID.NotFound',
  words: 'image id',
  filters: { 'image-id': ({ id }) => id, name: ({ id, name = id }) => name },
}
const KEY_PAIRS: Naming<Named> = {
  lists: ['KeyName'],
  code: 'InvalidKeyPair.NotFound',
  words: 'key pair',
  filters: { 'key-name': ({ id }) => id },
}
const GROUPS: Naming<Named> = {
  lists: ['GroupId', 'GroupName'],
  code: 'InvalidGroup.NotFound',
  words: 'security group',
  filters: { 'group-id': ({ id }) => id, 'group-name': ({ id, name = id }) => name },
}
const SUBNETS: Naming<Subnet> = {
  lists: ['SubnetId'],
  code: 'InvalidSubnetID.NotFound',
  words: 'subnet ID',
  filters: { 'subnet-id': ({ id }) => id, 'vpc-id': ({ vpcId }) => vpcId, 'availability-zone': ({ zone }) => zone },
}
const TYPES: Naming<Named> = {
  lists: ['InstanceType'],
  code: 'InvalidInstanceType',
  words: 'instance type',
  filters: { 'instance-type': ({ id }) => id },
}

/** Those that the call lists (all without a list) and that its filters leave. */
function choose<Thing extends Named>(form: Form, all: readonly Thing[], naming: Naming<Thing>): Thing[] {
  const wanted = naming.lists.flatMap((list) => form.list(list))
  const listed = wanted.length === 0 ? all : wanted.map((wish) => get(all, wish, naming))
  const filters = readFilters(form)
  return listed.filter((thing) =>
    matches(filters, (name) => {
      const field = naming.filters[name]
      return field === undefined ? undefined : [field(thing)]
    }),
  )
}

function get<Thing extends Named>(all: readonly Thing[], wish: string, { code, words }: Naming<Thing>): Thing {
  const found = all.find(({ id, name }) => id === wish || name === wish)
  if (found !== undefined) return found
  throw new ApiError(code, `The ${words} '${wish}' does not exist`)
}

function imageXml({ id, name = id }: Named, { accountId }: Region): Content {
  return {
    imageId: id,
    imageState: 'available',
    imageOwnerId: accountId,
    isPublic: false,
    architecture: 'x86_64',
    imageType: 'machine',
    name,
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/xvda',
    virtualizationType: 'hvm',
  }
}

function groupXml({ id, name = id }: Named, region: Region): Content {
  const vpcId = subnetsOf(region)[0]?.vpcId
  return { ownerId: region.accountId, groupId: id, groupName: name, groupDescription: name, vpcId }
}

function subnetXml({ id, zone, vpcId }: Subnet, { accountId }: Region): Content {
  return {
    subnetId: id,
    state: 'available',
    vpcId,
    cidrBlock: '127.0.0.0/8',
    availableIpAddressCount: 250, // as many as the machines of one cloud have, about
    availabilityZone: zone,
    ownerId: accountId,
  }
}
