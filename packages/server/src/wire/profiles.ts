import { type Static, Type } from 'typebox'
import { body, Labels, Name, oneOf, orNull, Port, SecretIn, SecretOut, storedFields } from './schema.ts'

const optional = Type.Optional

export const SshProfileBody = body({
  name: Name,
  user: Type.String({ minLength: 1, maxLength: 64 }),
  privateKey: optional(orNull(SecretIn)),
  passphrase: optional(orNull(SecretIn)),
  password: optional(orNull(SecretIn)),
  agent: optional(Type.Boolean()),
  hostKeys: optional(oneOf(['strict', 'accept-new'] as const)),
  jump: optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 8 })),
  knownHosts: optional(orNull(Type.String({ maxLength: 1_048_576 }))),
  certAuthorities: optional(Type.Array(Type.String({ maxLength: 10_000 }), { maxItems: 20 })),
})
export const SshProfile = Type.Object({
  ...storedFields,
  name: Name,
  user: Type.String(),
  privateKey: orNull(SecretOut),
  passphrase: orNull(SecretOut),
  password: orNull(SecretOut),
  agent: Type.Boolean(),
  hostKeys: oneOf(['strict', 'accept-new'] as const),
  jump: Type.Array(Type.String()),
  knownHosts: orNull(Type.String()),
  certAuthorities: Type.Array(Type.String()),
})

const Pem = Type.String({ maxLength: 65_536, description: 'PEM text.' })
export const JvmProfileBody = body({
  name: Name,
  port: Port,
  user: optional(orNull(Type.String({ maxLength: 255 }))),
  password: optional(orNull(SecretIn)),
  tls: optional(
    orNull(
      body({
        ca: optional(orNull(Pem)),
        cert: optional(orNull(Pem)),
        key: optional(orNull(SecretIn)),
      }),
    ),
  ),
  hostOverride: optional(orNull(Type.String({ maxLength: 255 }))),
  via: optional(oneOf(['direct', 'ssh'] as const)),
})
export const JvmProfile = Type.Object({
  ...storedFields,
  name: Name,
  port: Port,
  user: orNull(Type.String()),
  password: orNull(SecretOut),
  tls: orNull(Type.Object({ ca: orNull(Type.String()), cert: orNull(Type.String()), key: orNull(SecretOut) })),
  hostOverride: orNull(Type.String()),
  via: oneOf(['direct', 'ssh'] as const),
})

const ec2Fields = {
  region: Type.String({ minLength: 1, maxLength: 64 }),
  imageId: Type.String({ minLength: 1, maxLength: 64 }),
  instanceTypes: Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 20 }),
}
const ec2Lists = {
  securityGroups: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  subnetIds: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  loadBalancers: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
  targetGroups: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 20 }),
}
const volumeFields = {
  device: Type.String({ minLength: 1, maxLength: 64 }),
  sizeGb: Type.Integer({ minimum: 1, maximum: 65_536 }),
}
const VolumeType = Type.String({ minLength: 1, maxLength: 16, pattern: '^[a-z0-9]+$' })
const Iops = Type.Integer({ minimum: 100, maximum: 256_000 })
const hostKeySources = ['console', 'user-data'] as const
const addresses = ['private', 'public'] as const
export const Ec2ProfileBody = body({
  name: Name,
  ...ec2Fields,
  keyName: optional(orNull(Type.String({ maxLength: 255 }))),
  securityGroups: optional(ec2Lists.securityGroups),
  subnetIds: optional(ec2Lists.subnetIds),
  loadBalancers: optional(ec2Lists.loadBalancers),
  targetGroups: optional(ec2Lists.targetGroups),
  accessKeyId: optional(orNull(Type.String({ maxLength: 128 }))),
  secretAccessKey: optional(orNull(SecretIn)),
  instanceProfile: optional(orNull(Type.String({ maxLength: 255 }))),
  spot: optional(Type.Boolean()),
  volumes: optional(
    Type.Array(
      body({
        ...volumeFields,
        type: optional(VolumeType),
        iops: optional(orNull(Iops)),
        encrypted: optional(Type.Boolean()),
      }),
      { maxItems: 20 },
    ),
  ),
  userData: optional(orNull(SecretIn)),
  hostKeyFrom: optional(oneOf(hostKeySources)),
  address: optional(oneOf(addresses)),
  register: optional(oneOf(['launch', 'ready'] as const)),
  tags: optional(Labels),
})
export const Ec2Profile = Type.Object({
  ...storedFields,
  name: Name,
  ...ec2Fields,
  ...ec2Lists,
  keyName: orNull(Type.String()),
  accessKeyId: orNull(Type.String()),
  secretAccessKey: orNull(SecretOut),
  instanceProfile: orNull(Type.String()),
  spot: Type.Boolean(),
  volumes: Type.Array(
    Type.Object({ ...volumeFields, type: VolumeType, iops: orNull(Iops), encrypted: Type.Boolean() }),
  ),
  userData: orNull(SecretOut),
  hostKeyFrom: oneOf(hostKeySources),
  address: oneOf(addresses),
  register: oneOf(['launch', 'ready'] as const),
  tags: Labels,
})

export type SshProfileBody = Static<typeof SshProfileBody>
export type SshProfile = Static<typeof SshProfile>
export type JvmProfileBody = Static<typeof JvmProfileBody>
export type JvmProfile = Static<typeof JvmProfile>
export type Ec2ProfileBody = Static<typeof Ec2ProfileBody>
export type Ec2Profile = Static<typeof Ec2Profile>
