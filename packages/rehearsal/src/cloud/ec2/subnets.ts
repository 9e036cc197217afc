import type { Region } from '../region.ts'
import { ApiError } from '../wire/api-error.ts'

/** A subnet of the inventory with what it leaves out. */
export interface Subnet {
  id: string
  /** `us-east-1a`. */
  zone: string
  vpcId: string
  noTypes: readonly string[]
}

/** All of the region, in the inventory's order. */
export function subnetsOf({ inventory, name }: Region): Subnet[] {
  return inventory.subnets.map(({ id, zone = 'a', vpcId = 'vpc-0123456789abcdef0', noTypes = [] }) => ({
    id,
    // The inventory is for all regions, so it may give the zone's letter only.
    zone: zone.length === 1 ? `${name}${zone}` : zone,
    vpcId,
    noTypes,
  }))
}

/** The subnet of that id, or the default one; throws InvalidSubnetID.NotFound. */
export function readSubnet(id: string | undefined, region: Region): Subnet {
  const all = subnetsOf(region)
  const found = id === undefined ? all[0] : all.find((subnet) => subnet.id === id)
  if (found !== undefined) return found
  if (id === undefined)
    throw new ApiError('MissingInput', 'No subnets found for the default VPC. Please specify a subnet.')
  throw new ApiError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)
}
