import type { Store } from '../../keep/store/store.ts'
import type { Ec2Profile } from '../../model/profile.ts'
import type { Cloud } from '../../reach/cloud/cloud.ts'
import { cloudOf } from '../machines/ec2-origin.ts'
import type { MachineMeans } from '../machines/means.ts'

/** One way to ask a cloud, with the profiles that ask it so. */
export interface CloudAccess {
  /** As alerts name it: `cloud:eu-west-1`, with the id of the key where the profiles have one. */
  subject: string
  region: string
  cloud: Cloud
  profiles: readonly Ec2Profile[]
}

/** The clouds of all profiles that a node or a launch was ever made with; none where EC2 is not used. */
export async function accessesInUse(means: Pick<MachineMeans, 'store' | 'clouds' | 'vault'>): Promise<CloudAccess[]> {
  const groups = new Map<string, [Ec2Profile, ...Ec2Profile[]]>()
  for (const profile of await means.store.ec2Profiles.list()) {
    if (!(await isUsed(means.store, profile.id))) continue
    const key = keyOf(means, profile)
    groups.set(key, [...(groups.get(key) ?? []), profile] as [Ec2Profile, ...Ec2Profile[]])
  }
  return [...groups.values()].map((profiles) => {
    const [{ region, accessKeyId, address }] = profiles
    const subject = ['cloud', region, accessKeyId, address === 'public' ? address : null]
    return {
      subject: subject.filter((part) => part !== null).join(':'),
      region,
      cloud: cloudOf(means, profiles[0]),
      profiles,
    }
  })
}

async function isUsed({ nodes, launches }: Store, ec2ProfileId: number): Promise<boolean> {
  return (await nodes.count({ ec2ProfileId })) > 0 || (await launches.count({ ec2ProfileId })) > 0
}

/** Not the secret itself: keys of maps end up in heap dumps and inspectors. */
function keyOf({ vault }: Pick<MachineMeans, 'vault'>, profile: Ec2Profile): string {
  const { region, accessKeyId, secretAccessKey, address } = profile
  const secret = secretAccessKey === null ? null : vault.digest(vault.open(secretAccessKey))
  return JSON.stringify([region, accessKeyId, secret, address])
}
