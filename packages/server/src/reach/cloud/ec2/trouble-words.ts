import { type Call, permissionOf } from './call.ts'

/** A refusal in AWS's words: `code` is the wire's, `text` what is fit to be read of its message. */
export interface Refusal {
  code: string
  text: string
}

/** The rest of a sentence that begins with "EC2 eu-west-1: ". */
export type Words = (call: Call, refusal: Refusal) => string

const profileKeys =
  'correct the keys in the EC2 profile, or those of the environment, shared files or instance role where the profile has none'

export const noCapacity: Words = ({ about }, { code }) =>
  `there is no room for ${about} now (${code}); try another instance type or subnet.`

export const spotPrice: Words = ({ about }, { code }) =>
  `spot machines such as ${about} cost more than they may now (${code}); try another instance type or subnet, or switch spot off in the EC2 profile.`

export const noAddresses: Words = ({ about }, { code }) =>
  `there is no free address for ${about} (${code}); try another subnet.`

export const notOffered: Words = ({ about }, refusal) =>
  `${about} is not offered there (${both(refusal)}); try another instance type or subnet.`

export const quota: Words = ({ about }, { code }) =>
  `the account may not have any more like ${about} (${code}); ask AWS for a higher quota, or end machines that are not needed.`

export const balancerFull: Words = ({ action, about }, { code }) =>
  `${action} of ${about} is above the account's quota (${code}); ask AWS for a higher one, or use a further load balancer.`

export const throttled: Words = ({ action }, { code }) =>
  `the account asks too often (${code} for ${action}); ask again later, and look what else of the account asks AWS.`

export const badKey: Words = (_, { code }) => `AWS does not accept the access key (${code}); ${profileKeys}.`

export const badSecret: Words = (_, { code }) =>
  `the secret access key does not belong to the access key (${code}); ${profileKeys}.`

export const expiredKey: Words = (_, { code }) => `the credentials have expired (${code}); ${profileKeys}.`

export const noCredentials: Words = () =>
  "no AWS credentials were found in the environment (AWS_ACCESS_KEY_ID), the shared files (~/.aws) and this machine's instance role; put them into one of these, or keys into the EC2 profile."

/** Making a machine needs more rights than one (`iam:PassRole`, `ec2:CreateTags`): AWS says which was missing. */
export const notAllowed: Words = (call, { code, text }) => {
  const [, named = permissionOf(call)] = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)/.exec(text) ?? []
  return `tscaler's user or role may not do ${named} (${code} for ${call.about}); allow it in its IAM policy.`
}

export const spotRoleMissing: Words = (_, { code }) =>
  `tscaler's user or role may not do iam:CreateServiceLinkedRole, which the account's first spot machine needs (${code}); allow it, or make the role for EC2 Spot by hand.`

export const imageNotShared: Words = ({ shape }, { code }) =>
  `the account may not use image ${shape?.imageId ?? ''} (${code}); let its owner share it, or correct the EC2 profile.`

export const accountNotReady: Words = (_, refusal) =>
  `the AWS account is not ready for this (${both(refusal)}); sign in to the AWS console as its owner and settle what is open.`

export const clockWrong: Words = (_, { code }) =>
  `AWS takes the request for too old or too early (${code}); set the clock of tscaler's machine by NTP.`

export const machineProtected: Words = ({ action, about }, { code }) => {
  const protection = action === 'StopInstances' ? 'stop' : 'termination'
  return `${about} has ${protection} protection (${code}); switch that off in EC2, or leave the machine.`
}

export const noImage: Words = ({ shape }, { code }) => missing(`image ${shape?.imageId ?? ''}`, code)
export const noKeyPair: Words = ({ shape }, { code }) => missing(`key pair "${shape?.keyName ?? ''}"`, code)
export const noGroup: Words = ({ shape }, { code, text }) => {
  const groups = shape?.securityGroups ?? []
  const named = groups.filter((group) => text.includes(group))
  return missing(`security group ${(named.length > 0 ? named : groups).join(' or ')}`, code)
}
export const noSubnet: Words = ({ shape }, { code }) => missing(`subnet ${shape?.subnetId ?? ''}`, code)
export const noDefaultNetwork: Words = (_, { code }) =>
  `the account has no default VPC or subnet (${code}); name a subnet in the EC2 profile.`
export const noInstanceProfile: Words = ({ shape }, { code }) =>
  missing(`instance profile ${shape?.instanceProfile ?? ''}`, code)
export const noMachine: Words = ({ about }, { code }) =>
  `there is no machine ${about} (${code}); compare the nodes with the cloud.`
export const noBalancer: Words = ({ about }, { code }) =>
  `there is none such as ${about} (${code}); correct the load balancers of the EC2 profile, or its region.`

export const notRegistrable: Words = ({ action, about }, refusal) =>
  `${action} of ${about} was refused, for the machine is gone, not running or in another network (${both(refusal)}); look whether it runs in the VPC of the load balancer.`

export const otherParameters: Words = ({ about }, { code }) =>
  `the token of ${about} was used before for another machine (${code}); look for the machine of that token before one is asked for with a new token.`

export const badUserData: Words = (_, { code }) =>
  `the user data is not accepted (${code}); correct it in the EC2 profile, and keep it below 16 KB.`

export const cannotStop: Words = ({ action, about }, refusal) =>
  `${action} of ${about} is not possible for such a machine (${both(refusal)}); use the mode "terminate" for it.`

export const wrongState: Words = ({ action, about }, refusal) =>
  `${action} of ${about} is not possible in its present state (${both(refusal)}); ask again when that has changed.`

export const refused: Words = ({ action, about, shape }, refusal) => {
  const remedy = shape === null ? "look the code up in AWS's documentation" : 'correct the EC2 profile'
  return `${action} of ${about} was refused (${both(refusal)}); ${remedy}.`
}

export const serverTrouble: Words = ({ action, about }, { code }) =>
  `${action} of ${about} met a failure inside AWS (${code}), so it may have been done or not; ask again, which can't do it twice.`

function missing(thing: string, code: string): string {
  return `there is no ${thing} (${code}); correct it or the region in the EC2 profile.`
}

function both({ code, text }: Refusal): string {
  return text === '' ? code : `${code}: ${text}`
}
