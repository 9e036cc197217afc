import type { CloudTrouble } from '../cloud.ts'
import * as words from './trouble-words.ts'

/** What a code of AWS means for tscaler, and its sentence. */
export interface Meaning {
  kind: CloudTrouble
  words: words.Words
}

/**
 * What AWS meant. Exact codes first, then those before the dot (`InvalidAMIID.Malformed`), then the HTTP status: what AWS could not do by
 * its own fault may be done.
 */
export function meaningOf(code: string, message: string, status: number): Meaning {
  const special = specials.find(([codes, pattern]) => codes.includes(code) && pattern.test(message))
  if (special !== undefined) return special[2]
  const known = meanings.get(code) ?? meanings.get(code.split('.')[0] ?? code)
  if (known !== undefined) return known
  if (status === 429) return { kind: 'throttled', words: words.throttled }
  if (status >= 500) return { kind: 'doubtful', words: words.serverTrouble }
  return { kind: 'bad-request', words: words.refused }
}

/** Codes that stand for several things, of which the message names one. */
const specials: readonly (readonly [codes: readonly string[], pattern: RegExp, meaning: Meaning])[] = [
  [['AuthFailure'], /not authorized for images/i, { kind: 'denied', words: words.imageNotShared }],
  [
    ['InvalidParameterValue', 'InvalidParameter'],
    /iam.?instance.?profile/i,
    { kind: 'not-found', words: words.noInstanceProfile },
  ],
  [['InvalidParameterValue', 'InvalidParameter'], /user ?data/i, { kind: 'bad-request', words: words.badUserData }],
  [['UnsupportedOperation'], /stop/i, { kind: 'bad-request', words: words.cannotStop }],
]

const table: readonly (readonly [kind: CloudTrouble, say: words.Words, codes: readonly string[]])[] = [
  [
    'throttled',
    words.throttled,
    ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'ThrottledException', 'EC2ThrottledException'],
  ],
  [
    'throttled',
    words.throttled,
    ['RequestThrottled', 'RequestThrottledException', 'TooManyRequestsException', 'SlowDown'],
  ],
  [
    'no-capacity',
    words.noCapacity,
    ['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity', 'InsufficientVolumeCapacity'],
  ],
  [
    'no-capacity',
    words.noCapacity,
    ['InsufficientReservedInstanceCapacity', 'InsufficientCapacityOnHost', 'UnfulfillableCapacity'],
  ],
  ['no-capacity', words.spotPrice, ['SpotMaxPriceTooLow']],
  ['no-capacity', words.noAddresses, ['InsufficientFreeAddressesInSubnet', 'InsufficientAddressCapacity']],
  ['no-capacity', words.notOffered, ['Unsupported', 'UnsupportedInstanceTypeOnHost', 'InvalidInstanceType']],
  [
    'quota',
    words.quota,
    [
      'InstanceLimitExceeded',
      'VcpuLimitExceeded',
      'MaxSpotInstanceCountExceeded',
      'VolumeLimitExceeded',
      'MaxIOPSLimitExceeded',
    ],
  ],
  [
    'quota',
    words.balancerFull,
    ['TooManyTargets', 'TooManyRegistrationsForTargetId', 'TooManyUniqueTargetGroupsPerLoadBalancer'],
  ],
  [
    'no-credentials',
    words.badKey,
    ['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException', 'MissingAuthenticationToken'],
  ],
  ['no-credentials', words.badKey, ['InvalidAccessKeyId', 'IncompleteSignature']],
  ['no-credentials', words.badSecret, ['SignatureDoesNotMatch', 'InvalidSignatureException']],
  ['no-credentials', words.expiredKey, ['ExpiredToken', 'ExpiredTokenException']],
  [
    'denied',
    words.notAllowed,
    ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException', 'OperationNotPermittedException'],
  ],
  ['denied', words.spotRoleMissing, ['AuthFailure.ServiceLinkedRoleCreationNotPermitted']],
  [
    'denied',
    words.accountNotReady,
    ['OptInRequired', 'PendingVerification', 'Blocked', 'SubscriptionRequiredException'],
  ],
  ['denied', words.clockWrong, ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed']],
  ['denied', words.machineProtected, ['OperationNotPermitted']],
  ['not-found', words.noImage, ['InvalidAMIID']],
  ['not-found', words.noKeyPair, ['InvalidKeyPair']],
  ['not-found', words.noGroup, ['InvalidGroup', 'InvalidGroupId', 'InvalidSecurityGroupID']],
  ['not-found', words.noSubnet, ['InvalidSubnetID', 'InvalidSubnet']],
  ['not-found', words.noDefaultNetwork, ['VPCIdNotSpecified', 'DefaultVpcDoesNotExist', 'MissingInput']],
  ['not-found', words.noInstanceProfile, ['InvalidIamInstanceProfileArn']],
  ['not-found', words.noMachine, ['InvalidInstanceID.NotFound']],
  ['not-found', words.noBalancer, ['LoadBalancerNotFound', 'TargetGroupNotFound']],
  ['not-found', words.notRegistrable, ['InvalidInstance', 'InvalidTarget']],
  ['bad-request', words.otherParameters, ['IdempotentParameterMismatch']],
  ['bad-request', words.badUserData, ['InvalidUserData']],
  ['bad-request', words.wrongState, ['IncorrectInstanceState', 'IncorrectState']],
  [
    'doubtful',
    words.serverTrouble,
    ['InternalError', 'InternalFailure', 'InternalServerError', 'Unavailable', 'ServiceUnavailable'],
  ],
]

const meanings: ReadonlyMap<string, Meaning> = new Map(
  table.flatMap(([kind, say, codes]) => codes.map((code) => [code, { kind, words: say }] as const)),
)
