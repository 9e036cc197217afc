import { expect, test } from 'vitest'
import type { CloudTrouble } from '../cloud.ts'
import type { Call } from './call.ts'
import { shape } from './ec2.fixture.ts'
import { cloudFailure } from './trouble.ts'

const launch: Call = {
  api: 'EC2',
  region: 'eu-west-1',
  action: 'RunInstances',
  about: 'm7g.large in subnet-a',
  shape: {
    ...shape,
    imageId: 'ami-1',
    keyName: 'ops',
    subnetId: 'subnet-a',
    securityGroups: ['sg-1', 'sg-2'],
    instanceProfile: 'shop',
  },
  secrets: [],
}
const ending: Call = { ...launch, action: 'TerminateInstances', about: 'i-1', shape: null }
const register: Call = {
  ...launch,
  api: 'ELB',
  action: 'RegisterTargets',
  about: 'i-1 in target group "web"',
  shape: null,
}
const profileKeys =
  'correct the keys in the EC2 profile, or those of the environment, shared files or instance role where the profile has none.'

interface Row {
  code: string
  kind: CloudTrouble
  text: string
  message?: string
  status?: number
  call?: Call
}

test.each<Row>([
  {
    code: 'RequestLimitExceeded',
    status: 503,
    kind: 'throttled',
    text: 'EC2 eu-west-1: the account asks too often (RequestLimitExceeded for RunInstances); ask again later, and look what else of the account asks AWS.',
  },
  {
    code: 'Throttling',
    call: register,
    kind: 'throttled',
    text: 'ELB eu-west-1: the account asks too often (Throttling for RegisterTargets); ask again later, and look what else of the account asks AWS.',
  },
  {
    code: 'InsufficientInstanceCapacity',
    status: 500,
    kind: 'no-capacity',
    text: 'EC2 eu-west-1: there is no room for m7g.large in subnet-a now (InsufficientInstanceCapacity); try another instance type or subnet.',
  },
  {
    code: 'SpotMaxPriceTooLow',
    kind: 'no-capacity',
    text: 'EC2 eu-west-1: spot machines such as m7g.large in subnet-a cost more than they may now (SpotMaxPriceTooLow); try another instance type or subnet, or switch spot off in the EC2 profile.',
  },
  {
    code: 'InsufficientFreeAddressesInSubnet',
    kind: 'no-capacity',
    text: 'EC2 eu-west-1: there is no free address for m7g.large in subnet-a (InsufficientFreeAddressesInSubnet); try another subnet.',
  },
  {
    code: 'Unsupported',
    message:
      'Your requested instance type (m7g.large) is not supported in your requested Availability Zone (eu-west-1a).',
    kind: 'no-capacity',
    text: 'EC2 eu-west-1: m7g.large in subnet-a is not offered there (Unsupported: Your requested instance type (m7g.large) is not supported in your requested Availability Zone (eu-west-1a)); try another instance type or subnet.',
  },
  {
    code: 'VcpuLimitExceeded',
    kind: 'quota',
    text: 'EC2 eu-west-1: the account may not have any more like m7g.large in subnet-a (VcpuLimitExceeded); ask AWS for a higher quota, or end machines that are not needed.',
  },
  {
    code: 'TooManyTargets',
    call: register,
    kind: 'quota',
    text: `ELB eu-west-1: RegisterTargets of i-1 in target group "web" is above the account's quota (TooManyTargets); ask AWS for a higher one, or use a further load balancer.`,
  },
  {
    code: 'AuthFailure',
    message: 'AWS was not able to validate the provided access credentials',
    kind: 'no-credentials',
    text: `EC2 eu-west-1: AWS does not accept the access key (AuthFailure); ${profileKeys}`,
  },
  {
    code: 'AuthFailure',
    message: 'Not authorized for images: [ami-1]',
    kind: 'denied',
    text: 'EC2 eu-west-1: the account may not use image ami-1 (AuthFailure); let its owner share it, or correct the EC2 profile.',
  },
  {
    code: 'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    kind: 'denied',
    text: "EC2 eu-west-1: tscaler's user or role may not do iam:CreateServiceLinkedRole, which the account's first spot machine needs (AuthFailure.ServiceLinkedRoleCreationNotPermitted); allow it, or make the role for EC2 Spot by hand.",
  },
  {
    code: 'SignatureDoesNotMatch',
    message: 'The Canonical String for this request should have been POST / host:ec2 …',
    kind: 'no-credentials',
    text: `EC2 eu-west-1: the secret access key does not belong to the access key (SignatureDoesNotMatch); ${profileKeys}`,
  },
  {
    code: 'ExpiredToken',
    kind: 'no-credentials',
    text: `EC2 eu-west-1: the credentials have expired (ExpiredToken); ${profileKeys}`,
  },
  {
    code: 'RequestExpired',
    kind: 'denied',
    text: "EC2 eu-west-1: AWS takes the request for too old or too early (RequestExpired); set the clock of tscaler's machine by NTP.",
  },
  {
    code: 'UnauthorizedOperation',
    message:
      'You are not authorized to perform this operation. User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/shop. Encoded authorization failure message: abc',
    kind: 'denied',
    text: "EC2 eu-west-1: tscaler's user or role may not do iam:PassRole (UnauthorizedOperation for m7g.large in subnet-a); allow it in its IAM policy.",
  },
  {
    code: 'OptInRequired',
    message: 'In order to use this AWS Marketplace product you need to accept terms.',
    kind: 'denied',
    text: 'EC2 eu-west-1: the AWS account is not ready for this (OptInRequired: In order to use this AWS Marketplace product you need to accept terms); sign in to the AWS console as its owner and settle what is open.',
  },
  {
    code: 'OperationNotPermitted',
    call: { ...ending, action: 'StopInstances' },
    kind: 'denied',
    text: 'EC2 eu-west-1: i-1 has stop protection (OperationNotPermitted); switch that off in EC2, or leave the machine.',
  },
  {
    code: 'InvalidAMIID.Malformed',
    kind: 'not-found',
    text: 'EC2 eu-west-1: there is no image ami-1 (InvalidAMIID.Malformed); correct it or the region in the EC2 profile.',
  },
  {
    code: 'InvalidKeyPair.NotFound',
    kind: 'not-found',
    text: 'EC2 eu-west-1: there is no key pair "ops" (InvalidKeyPair.NotFound); correct it or the region in the EC2 profile.',
  },
  {
    code: 'InvalidGroup.NotFound',
    message: "The security group 'sg-2' does not exist in VPC 'vpc-1'",
    kind: 'not-found',
    text: 'EC2 eu-west-1: there is no security group sg-2 (InvalidGroup.NotFound); correct it or the region in the EC2 profile.',
  },
  {
    code: 'InvalidSubnetID.NotFound',
    kind: 'not-found',
    text: 'EC2 eu-west-1: there is no subnet subnet-a (InvalidSubnetID.NotFound); correct it or the region in the EC2 profile.',
  },
  {
    code: 'VPCIdNotSpecified',
    kind: 'not-found',
    text: 'EC2 eu-west-1: the account has no default VPC or subnet (VPCIdNotSpecified); name a subnet in the EC2 profile.',
  },
  {
    code: 'InvalidParameterValue',
    message: 'Value (shop) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    kind: 'not-found',
    text: 'EC2 eu-west-1: there is no instance profile shop (InvalidParameterValue); correct it or the region in the EC2 profile.',
  },
  {
    code: 'InvalidParameterValue',
    message: 'User data is limited to 16384 bytes',
    kind: 'bad-request',
    text: 'EC2 eu-west-1: the user data is not accepted (InvalidParameterValue); correct it in the EC2 profile, and keep it below 16 KB.',
  },
  {
    code: 'InvalidParameterValue',
    message: 'Invalid iops: 5',
    kind: 'bad-request',
    text: 'EC2 eu-west-1: RunInstances of m7g.large in subnet-a was refused (InvalidParameterValue: Invalid iops: 5); correct the EC2 profile.',
  },
  {
    code: 'IdempotentParameterMismatch',
    kind: 'bad-request',
    text: 'EC2 eu-west-1: the token of m7g.large in subnet-a was used before for another machine (IdempotentParameterMismatch); look for the machine of that token before one is asked for with a new token.',
  },
  {
    code: 'LoadBalancerNotFound',
    call: { ...register, about: 'load balancer "shop"' },
    kind: 'not-found',
    text: 'ELB eu-west-1: there is none such as load balancer "shop" (LoadBalancerNotFound); correct the load balancers of the EC2 profile, or its region.',
  },
  {
    code: 'InvalidTarget',
    message: 'The following targets are not in a running state',
    call: register,
    kind: 'not-found',
    text: 'ELB eu-west-1: RegisterTargets of i-1 in target group "web" was refused, for the machine is gone, not running or in another network (InvalidTarget: The following targets are not in a running state); look whether it runs in the VPC of the load balancer.',
  },
  {
    code: 'InvalidInstanceID.Malformed',
    message: 'Invalid id: "i-1"',
    call: ending,
    kind: 'bad-request',
    text: `EC2 eu-west-1: TerminateInstances of i-1 was refused (InvalidInstanceID.Malformed: Invalid id: "i-1"); look the code up in AWS's documentation.`,
  },
  {
    code: 'InternalError',
    status: 500,
    call: ending,
    kind: 'doubtful',
    text: "EC2 eu-west-1: TerminateInstances of i-1 met a failure inside AWS (InternalError), so it may have been done or not; ask again, which can't do it twice.",
  },
  {
    code: 'SomethingNew',
    message: 'Something new',
    status: 503,
    call: ending,
    kind: 'doubtful',
    text: "EC2 eu-west-1: TerminateInstances of i-1 met a failure inside AWS (SomethingNew), so it may have been done or not; ask again, which can't do it twice.",
  },
])('$code of $kind', ({ code, kind, text, message = `said of ${code}`, status = 400, call = launch }) => {
  const thrown = Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: status } })
  const failure = cloudFailure(call, thrown)
  expect(failure.message).toBe(text)
  expect(failure.kind).toBe(kind)
  expect(failure.cause).toBeUndefined()
})

test.each<{ kind: CloudTrouble; codes: string[] }>([
  { kind: 'no-capacity', codes: ['InsufficientHostCapacity', 'InsufficientCapacity', 'UnfulfillableCapacity'] },
  { kind: 'quota', codes: ['InstanceLimitExceeded', 'MaxSpotInstanceCountExceeded', 'VolumeLimitExceeded'] },
  { kind: 'no-credentials', codes: ['InvalidClientTokenId', 'UnrecognizedClientException', 'ExpiredTokenException'] },
  { kind: 'denied', codes: ['AccessDenied', 'AccessDeniedException', 'PendingVerification', 'Blocked'] },
  {
    kind: 'not-found',
    codes: ['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable', 'TargetGroupNotFound', 'InvalidInstance'],
  },
  {
    kind: 'bad-request',
    codes: ['InvalidParameterCombination', 'MissingParameter', 'InvalidBlockDeviceMapping', 'ValidationError'],
  },
  { kind: 'throttled', codes: ['ThrottlingException', 'TooManyRequestsException', 'EC2ThrottledException'] },
])('codes of $kind', ({ kind, codes }) => {
  for (const code of codes) {
    const thrown = Object.assign(new Error('said'), { name: code, $metadata: { httpStatusCode: 400 } })
    expect({ code, kind: cloudFailure(launch, thrown).kind }).toEqual({ code, kind })
  }
})

test('the load balancers’ errors go by the code of the wire, not by the name of their class', () => {
  const thrown = Object.assign(new Error('no'), {
    name: 'AccessPointNotFoundException',
    Code: 'LoadBalancerNotFound',
    $metadata: { httpStatusCode: 400 },
  })
  expect(cloudFailure(register, thrown).kind).toBe('not-found')
})

test('what is no error of AWS is one of ours, and nothing was sent', () => {
  expect(cloudFailure(launch, new Error('Region is missing'))).toMatchObject({
    kind: 'bad-request',
    message:
      'EC2 eu-west-1: RunInstances of m7g.large in subnet-a was refused (not sent: Region is missing); correct the EC2 profile.',
  })
})
