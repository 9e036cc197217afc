import type { Ec2Shape } from '../cloud.ts'

/** One question to AWS, for the words of what may go wrong with it. */
export interface Call {
  api: 'EC2' | 'ELB'
  region: string
  /** `RunInstances` */
  action: string
  /** What it is asked of, to follow "RunInstances of …": `m7g.large in subnet-a`. */
  about: string
  /** What a new machine is to be; null: the call makes none. */
  shape: Ec2Shape | null
  /** Texts that must not be in any error, whatever AWS repeats of them. */
  secrets: readonly string[]
}

/** The name of the call's action in IAM policies. */
export function permissionOf({ api, action }: Call): string {
  return `${api === 'EC2' ? 'ec2' : 'elasticloadbalancing'}:${action}`
}
