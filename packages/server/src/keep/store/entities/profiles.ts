import { defineEntity } from '@mikro-orm/core'
import type { Ec2Profile, JvmProfile, SshProfile } from '../../../model/profile.ts'
import { flag, json, longText, stored, uniqueName, whole, word } from './columns.ts'

export const sshProfiles = defineEntity({
  name: 'SshProfile',
  tableName: 'ssh_profiles',
  properties: {
    ...stored(),
    name: uniqueName(),
    user: word(255),
    privateKey: longText().nullable(),
    passphrase: longText().nullable(),
    password: longText().nullable(),
    agent: flag(),
    hostKeys: word(32),
    jump: json(),
    knownHosts: longText().nullable(),
    certAuthorities: json(),
  } satisfies Record<keyof SshProfile, unknown>,
})

export const jvmProfiles = defineEntity({
  name: 'JvmProfile',
  tableName: 'jvm_profiles',
  properties: {
    ...stored(),
    name: uniqueName(),
    port: whole(),
    user: word(255).nullable(),
    password: longText().nullable(),
    tlsCa: longText().nullable(),
    tls: flag(),
    tlsCert: longText().nullable(),
    tlsKey: longText().nullable(),
    hostOverride: word(255).nullable(),
    via: word(32),
  } satisfies Record<keyof JvmProfile, unknown>,
})

export const ec2Profiles = defineEntity({
  name: 'Ec2Profile',
  tableName: 'ec2_profiles',
  properties: {
    ...stored(),
    name: uniqueName(),
    region: word(63),
    accessKeyId: word(255).nullable(),
    secretAccessKey: longText().nullable(),
    imageId: word(63),
    instanceTypes: json(),
    keyName: word(255).nullable(),
    securityGroups: json(),
    subnetIds: json(),
    instanceProfile: word(255).nullable(),
    spot: flag().default(false),
    volumes: json().default('[]'),
    userData: longText().nullable(),
    hostKeyFrom: word(32).default('console'),
    address: word(32).default('private'),
    loadBalancers: json(),
    targetGroups: json(),
    register: word(32),
    tags: json(),
  } satisfies Record<keyof Ec2Profile, unknown>,
})
