import type { Ec2Profile, JvmProfile, SshProfile } from '../../model/profile.ts'
import type * as wire from '../profiles.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { type Show, secretOrNull, stored } from './show.ts'
import type { Values } from './values.ts'

/** An SSH profile as a body writes it, every field there. */
export function sshProfileBody<R>(row: SshProfile, show: Show<R>) {
  return {
    name: row.name,
    user: row.user,
    privateKey: secretOrNull(show, row.privateKey),
    passphrase: secretOrNull(show, row.passphrase),
    password: secretOrNull(show, row.password),
    agent: row.agent,
    hostKeys: row.hostKeys,
    jump: row.jump,
    knownHosts: row.knownHosts,
    certAuthorities: row.certAuthorities,
  }
}

export function sshProfileAnswer(row: SshProfile, show: Show<Ref>): wire.SshProfile {
  return { ...stored(row), ...sshProfileBody(row, show) }
}

/** Secrets that are the same as before stay in their envelope. */
export function readSshProfile(body: wire.SshProfileBody, reader: Reader, before?: SshProfile): Values<SshProfile> {
  const row = {
    name: body.name,
    user: body.user,
    privateKey: reader.secret(body.privateKey, before?.privateKey, 'privateKey'),
    passphrase: reader.secret(body.passphrase, before?.passphrase, 'passphrase'),
    password: reader.secret(body.password, before?.password, 'password'),
    agent: body.agent ?? false,
    hostKeys: body.hostKeys ?? 'strict',
    jump: body.jump ?? [],
    knownHosts: body.knownHosts ?? null,
    certAuthorities: body.certAuthorities ?? [],
  }
  row.jump.forEach((hop, index) => {
    if (!isHop(hop))
      reader.wrong(reader.path(`jump[${index}]`), `got ${JSON.stringify(hop)}, expected user@host or user@host:port`)
  })
  return row
}

/** It begins with a letter or digit: nothing that a command line would take for an option. */
function isHop(text: string): boolean {
  return /^[A-Za-z0-9_][^@\s]*@[A-Za-z0-9[][^@\s]*$/.test(text) || /^[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/.test(text)
}

/** A JVM profile as a body writes it. */
export function jvmProfileBody<R>(row: JvmProfile, show: Show<R>) {
  return {
    name: row.name,
    port: row.port,
    user: row.user,
    password: secretOrNull(show, row.password),
    tls: row.tls ? { ca: row.tlsCa, cert: row.tlsCert, key: secretOrNull(show, row.tlsKey) } : null,
    hostOverride: row.hostOverride,
    via: row.via,
  }
}

export function jvmProfileAnswer(row: JvmProfile, show: Show<Ref>): wire.JvmProfile {
  return { ...stored(row), ...jvmProfileBody(row, show) }
}

export function readJvmProfile(body: wire.JvmProfileBody, reader: Reader, before?: JvmProfile): Values<JvmProfile> {
  const { cert, key } = body.tls ?? {}
  if (((cert ?? null) === null) !== ((key ?? null) === null))
    reader.wrong(reader.path('tls'), 'has one of cert and key, expected both or neither')
  return {
    name: body.name,
    port: body.port,
    user: body.user ?? null,
    password: reader.secret(body.password, before?.password, 'password'),
    tls: body.tls !== null && body.tls !== undefined,
    tlsCa: body.tls?.ca ?? null,
    tlsCert: cert ?? null,
    tlsKey: reader.secret(key, before?.tlsKey, 'tls.key'),
    hostOverride: body.hostOverride ?? null,
    via: body.via ?? 'direct',
  }
}

/** An EC2 profile as a body writes it. */
export function ec2ProfileBody<R>(row: Ec2Profile, show: Show<R>) {
  return {
    name: row.name,
    region: row.region,
    accessKeyId: row.accessKeyId,
    secretAccessKey: secretOrNull(show, row.secretAccessKey),
    imageId: row.imageId,
    instanceTypes: row.instanceTypes,
    keyName: row.keyName,
    securityGroups: row.securityGroups,
    subnetIds: row.subnetIds,
    instanceProfile: row.instanceProfile,
    spot: row.spot,
    volumes: row.volumes,
    userData: secretOrNull(show, row.userData),
    hostKeyFrom: row.hostKeyFrom,
    address: row.address,
    loadBalancers: row.loadBalancers,
    targetGroups: row.targetGroups,
    register: row.register,
    tags: row.tags,
  }
}

export function ec2ProfileAnswer(row: Ec2Profile, show: Show<Ref>): wire.Ec2Profile {
  return { ...stored(row), ...ec2ProfileBody(row, show) }
}

export function readEc2Profile(body: wire.Ec2ProfileBody, reader: Reader, before?: Ec2Profile): Values<Ec2Profile> {
  const secretAccessKey = reader.secret(body.secretAccessKey, before?.secretAccessKey, 'secretAccessKey')
  if (((body.accessKeyId ?? null) === null) !== (secretAccessKey === null))
    reader.wrong(
      reader.path('secretAccessKey'),
      'stands with accessKeyId: expected both, or neither to ask as this machine may',
    )
  return {
    name: body.name,
    region: body.region,
    accessKeyId: body.accessKeyId ?? null,
    secretAccessKey,
    imageId: body.imageId,
    instanceTypes: body.instanceTypes,
    keyName: body.keyName ?? null,
    securityGroups: body.securityGroups ?? [],
    subnetIds: body.subnetIds ?? [],
    instanceProfile: body.instanceProfile ?? null,
    spot: body.spot ?? false,
    volumes: (body.volumes ?? []).map((volume) => ({
      device: volume.device,
      sizeGb: volume.sizeGb,
      type: volume.type ?? 'gp3',
      iops: volume.iops ?? null,
      encrypted: volume.encrypted ?? false,
    })),
    userData: reader.secret(body.userData, before?.userData, 'userData'),
    hostKeyFrom: body.hostKeyFrom ?? 'console',
    address: body.address ?? 'private',
    loadBalancers: body.loadBalancers ?? [],
    targetGroups: body.targetGroups ?? [],
    register: body.register ?? 'launch',
    tags: body.tags ?? {},
  }
}
