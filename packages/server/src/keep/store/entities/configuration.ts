import { defineEntity, p } from '@mikro-orm/core'
import type { Action } from '../../../model/action.ts'
import type { Cluster } from '../../../model/cluster.ts'
import type { Counter } from '../../../model/counter.ts'
import type { Jvm } from '../../../model/jvm.ts'
import type { Node } from '../../../model/node.ts'
import type { Schedule } from '../../../model/schedule.ts'
import type { Trigger } from '../../../model/trigger.ts'
import { flag, id, json, longText, stored, uniqueName, whole, word } from './columns.ts'
import { ec2Profiles, jvmProfiles, sshProfiles } from './profiles.ts'

export const clusters = defineEntity({
  name: 'Cluster',
  tableName: 'clusters',
  properties: {
    ...stored(),
    name: uniqueName(),
    min: whole(),
    max: whole().nullable(),
    cooldownMs: whole(),
    warmUpMs: whole(),
    counterIds: json(),
    pausedUntil: whole().nullable(),
  } satisfies Record<keyof Cluster, unknown>,
})

export const nodes = defineEntity({
  name: 'Node',
  tableName: 'nodes',
  properties: {
    ...stored(),
    name: uniqueName(),
    clusterId: () => p.manyToOne(clusters).mapToPk().fieldName('cluster_id').nullable().deleteRule('restrict'),
    local: flag(),
    hostname: word(255), // the longest DNS name has 253
    port: whole(),
    hostKey: longText().nullable(),
    offeredHostKey: longText().nullable(),
    sshProfileId: () =>
      p.manyToOne(sshProfiles).mapToPk().fieldName('ssh_profile_id').nullable().deleteRule('restrict'),
    jvmProfileIds: json(),
    ec2ProfileId: () =>
      p.manyToOne(ec2Profiles).mapToPk().fieldName('ec2_profile_id').nullable().deleteRule('restrict'),
    instanceId: word(63).nullable().index(), // i- and 17 digits today
    protected: flag(),
    site: word(255).nullable(),
    labels: json(),
    state: word(32).index(),
    inServiceAt: whole().nullable(),
    pausedUntil: whole().nullable(),
  } satisfies Record<keyof Node, unknown>,
})

export const jvms = defineEntity({
  name: 'Jvm',
  tableName: 'jvms',
  properties: {
    id: id(),
    nodeId: () => p.manyToOne(nodes).mapToPk().fieldName('node_id').deleteRule('cascade').index(false),
    jvmProfileId: () => p.manyToOne(jvmProfiles).mapToPk().fieldName('jvm_profile_id').deleteRule('restrict'),
  } satisfies Record<keyof Jvm, unknown>,
  uniques: [{ properties: ['nodeId', 'jvmProfileId'] }],
})

export const counters = defineEntity({
  name: 'Counter',
  tableName: 'counters',
  properties: {
    ...stored(),
    name: uniqueName(),
    source: word(32),
    fields: json(),
    threshold: json().nullable(),
    periodMs: whole(),
    unit: word(255),
    shared: flag(),
  } satisfies Record<keyof Counter, unknown>,
})

export const triggers = defineEntity({
  name: 'Trigger',
  tableName: 'triggers',
  properties: {
    ...stored(),
    name: uniqueName(),
    clusterId: () => p.manyToOne(clusters).mapToPk().fieldName('cluster_id').deleteRule('restrict'),
    state: word(32),
    counters: json(),
    aggregate: word(32).nullable(),
    timingMs: whole(),
    missing: word(32),
    actions: json(),
    pausedUntil: whole().nullable(),
  } satisfies Record<keyof Trigger, unknown>,
})

export const actions = defineEntity({
  name: 'Action',
  tableName: 'actions',
  properties: {
    ...stored(),
    name: uniqueName(),
    type: word(32),
    fields: json(),
    timeoutMs: whole(),
    retries: whole(),
    retryDelayMs: whole(),
    secrets: json(),
  } satisfies Record<keyof Action, unknown>,
})

export const schedules = defineEntity({
  name: 'Schedule',
  tableName: 'schedules',
  properties: {
    ...stored(),
    name: uniqueName(),
    clusterId: () => p.manyToOne(clusters).mapToPk().fieldName('cluster_id').deleteRule('restrict'),
    cron: word(255),
    zone: word(63),
    triggerId: () => p.manyToOne(triggers).mapToPk().fieldName('trigger_id').nullable().deleteRule('restrict'),
    min: whole().nullable(),
    max: whole().nullable(),
    catchUpMs: whole().nullable(),
    enabled: flag(),
  } satisfies Record<keyof Schedule, unknown>,
})
