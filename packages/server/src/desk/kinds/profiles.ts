import type { Ec2Profile, JvmProfile, SshProfile } from '../../model/profile.ts'
import {
  ec2ProfileAnswer,
  ec2ProfileBody,
  jvmProfileAnswer,
  jvmProfileBody,
  readEc2Profile,
  readJvmProfile,
  readSshProfile,
  sshProfileAnswer,
  sshProfileBody,
} from '../../wire/convert/profiles.ts'
import * as wire from '../../wire/profiles.ts'
import { kind, named } from './kind.ts'
import { usingActions } from './using-actions.ts'

export const sshProfiles = kind<SshProfile, typeof wire.SshProfileBody>({
  name: 'sshProfiles',
  path: 'ssh-profiles',
  noun: 'SSH profile',
  tableOf: (tables) => tables.sshProfiles,
  body: wire.SshProfileBody,
  answer: wire.SshProfile,
  needs: [],
  read: readSshProfile,
  bodyOf: sshProfileBody,
  answers: async (rows, show) => rows.map((row) => sshProfileAnswer(row, show)),
  usedBy: async ({ id }, tables) => [
    ...named('node', await tables.nodes.list({ where: { sshProfileId: id }, limit: 5 }), () => true),
    ...(await usingActions(tables, 'sshProfile', id)),
  ],
})

export const jvmProfiles = kind<JvmProfile, typeof wire.JvmProfileBody>({
  name: 'jvmProfiles',
  path: 'jvm-profiles',
  noun: 'JVM profile',
  tableOf: (tables) => tables.jvmProfiles,
  body: wire.JvmProfileBody,
  answer: wire.JvmProfile,
  needs: [],
  read: readJvmProfile,
  bodyOf: jvmProfileBody,
  answers: async (rows, show) => rows.map((row) => jvmProfileAnswer(row, show)),
  usedBy: async ({ id }, tables) => [
    ...named('node', await tables.nodes.list(), (node) => node.jvmProfileIds.includes(id)),
    ...(await usingActions(tables, 'jvmProfiles', id)),
  ],
})

export const ec2Profiles = kind<Ec2Profile, typeof wire.Ec2ProfileBody>({
  name: 'ec2Profiles',
  path: 'ec2-profiles',
  noun: 'EC2 profile',
  tableOf: (tables) => tables.ec2Profiles,
  body: wire.Ec2ProfileBody,
  answer: wire.Ec2Profile,
  needs: [],
  read: readEc2Profile,
  bodyOf: ec2ProfileBody,
  answers: async (rows, show) => rows.map((row) => ec2ProfileAnswer(row, show)),
  usedBy: async ({ id }, tables) => [
    ...named('node', await tables.nodes.list({ where: { ec2ProfileId: id }, limit: 5 }), () => true),
    ...(await usingActions(tables, 'ec2Profile', id)),
  ],
})
