import type { Vault } from '../../keep/secrets/secrets.ts'
import type { Ec2Profile } from '../../model/profile.ts'
import type { Balancer, Cloud } from '../../reach/cloud/cloud.ts'
import type { MachineMeans, Origin, Place } from './means.ts'

/** Where the machines of an EC2 profile come from. */
export function ec2Origin({ clouds, vault }: Pick<MachineMeans, 'clouds' | 'vault'>, profile: Ec2Profile): Origin {
  const cloud = cloudOf({ clouds, vault }, profile)
  const { id, userData, tags, hostKeyFrom, register } = profile
  return {
    ec2ProfileId: id,
    cloud,
    places: placesOf(profile),
    userData: userData === null ? null : vault.open(userData),
    tags,
    hostKeyFrom,
    balancers: cloud.balancers(profile),
    register,
  }
}

/** The cloud that an EC2 profile asks. */
export function cloudOf(
  { clouds, vault }: { clouds: MachineMeans['clouds']; vault: Pick<Vault, 'open'> },
  profile: Ec2Profile,
): Cloud {
  const { region, accessKeyId, secretAccessKey, address } = profile
  const credentials =
    accessKeyId === null || secretAccessKey === null
      ? null
      : { accessKeyId, secretAccessKey: vault.open(secretAccessKey) }
  return clouds.ec2({ region, credentials, address })
}

/** The load balancers that a node's machine belongs to by its profile. */
export async function balancersOf(
  means: Pick<MachineMeans, 'store' | 'clouds' | 'vault'>,
  ec2ProfileId: number | null,
): Promise<readonly Balancer[]> {
  const profile = ec2ProfileId === null ? undefined : await means.store.ec2Profiles.find(ec2ProfileId)
  return profile ? cloudOf(means, profile).balancers(profile) : []
}

/** Every type in every subnet before the next type: the one that is wanted most is worth another place. */
function placesOf(profile: Ec2Profile): Place[] {
  const { imageId, keyName, securityGroups, instanceProfile, spot, volumes } = profile
  const subnets = profile.subnetIds.length === 0 ? [null] : profile.subnetIds
  return profile.instanceTypes.flatMap((instanceType) =>
    subnets.map((subnetId) => ({
      text: `${instanceType}${spot ? ' (spot)' : ''}${subnetId === null ? '' : ` in ${subnetId}`}`,
      shape: { imageId, instanceType, subnetId, keyName, securityGroups, instanceProfile, spot, volumes },
    })),
  )
}
