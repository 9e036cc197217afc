import { defineEntity, p } from '@mikro-orm/core'
import type { Alert } from '../../../model/alert.ts'
import type { Launch } from '../../../model/launch.ts'
import type { LogLine, Run, Step, Task } from '../../../model/run.ts'
import type { Verdict } from '../../../model/verdict.ts'
import type { ActiveRun, NodeLock } from '../store.ts'
import { flag, givenId, id, json, longText, looseId, whole, word } from './columns.ts'

/** Outlives its trigger, cluster and nodes: their names are kept beside their ids. */
export const runs = defineEntity({
  name: 'Run',
  tableName: 'runs',
  properties: {
    id: id(),
    triggerId: looseId().nullable().index(),
    triggerName: word(63).nullable(),
    clusterId: looseId().nullable().index(),
    clusterName: word(63).nullable(),
    state: word(32).index(),
    effect: word(32),
    cause: json(),
    planHash: word(128),
    note: longText().nullable(),
    cancelRequested: flag(),
    createdAt: whole(),
    startedAt: whole().nullable(),
    endedAt: whole().nullable(),
  } satisfies Record<keyof Run, unknown>,
})

export const steps = defineEntity({
  name: 'Step',
  tableName: 'steps',
  properties: {
    id: id(),
    runId: () => p.manyToOne(runs).mapToPk().fieldName('run_id').deleteRule('cascade'),
    n: whole(),
    action: json(),
    type: word(32),
    target: word(32),
    onFailure: word(32),
    state: word(32),
    startedAt: whole().nullable(),
    endedAt: whole().nullable(),
  } satisfies Record<keyof Step, unknown>,
})

export const tasks = defineEntity({
  name: 'Task',
  tableName: 'tasks',
  indexes: [{ properties: ['runId', 'state'] }],
  properties: {
    id: id(),
    runId: () => p.manyToOne(runs).mapToPk().fieldName('run_id').deleteRule('cascade').index(false),
    stepId: () => p.manyToOne(steps).mapToPk().fieldName('step_id').deleteRule('cascade'),
    n: whole(),
    nodeId: looseId().nullable().index(),
    nodeName: word(63).nullable(),
    state: word(32).index(),
    attempts: whole(),
    token: word(255),
    startedAt: whole().nullable(),
    endedAt: whole().nullable(),
    error: longText().nullable(),
    notBefore: whole().nullable(),
  } satisfies Record<keyof Task, unknown>,
})

/** Outlives its run and its node: it is what says whether a machine is known. */
export const launches = defineEntity({
  name: 'Launch',
  tableName: 'launches',
  properties: {
    id: id(),
    taskId: looseId().index(),
    runId: looseId(),
    nodeId: looseId().index(),
    nodeName: word(63),
    ec2ProfileId: looseId().fieldName('ec2_profile_id').nullable(),
    token: word(255).unique(),
    place: word(255),
    order: longText(),
    hostKey: longText().nullable(),
    state: word(32).index(),
    vmId: word(255).nullable().index(), // a program may name its machines as it likes
    account: word(63).nullable(),
    error: longText().nullable(),
    createdAt: whole(),
    endedAt: whole().nullable(),
  } satisfies Record<keyof Launch, unknown>,
})

export const logLines = defineEntity({
  name: 'LogLine',
  tableName: 'log_lines',
  indexes: [{ properties: ['taskId', 'id'] }],
  properties: {
    id: id(),
    taskId: () => p.manyToOne(tasks).mapToPk().fieldName('task_id').deleteRule('cascade').index(false),
    at: whole(),
    stream: word(8),
    text: longText(),
  } satisfies Record<keyof LogLine, unknown>,
})

export const verdicts = defineEntity({
  name: 'Verdict',
  tableName: 'verdicts',
  indexes: [{ properties: ['triggerId', 'id'] }],
  properties: {
    id: id(),
    triggerId: looseId(),
    outcome: word(32),
    guard: word(32).nullable(),
    reason: longText(),
    until: whole().nullable(),
    runId: looseId().nullable(),
    seriesId: word(63).nullable(), // three ids of up to 16 digits
    hits: whole(),
    at: whole().index(),
    lastAt: whole(),
    repeats: whole(),
  } satisfies Record<keyof Verdict, unknown>,
})

export const alerts = defineEntity({
  name: 'Alert',
  tableName: 'alerts',
  indexes: [{ properties: ['kind', 'subject'] }],
  properties: {
    id: id(),
    kind: word(63),
    subject: word(255),
    text: longText(),
    state: word(32).index(),
    openedAt: whole(),
    lastAt: whole(),
    repeats: whole(),
    ackBy: word(255).nullable(),
    resolvedAt: whole().nullable(),
    mailedAt: whole().nullable(),
  } satisfies Record<keyof Alert, unknown>,
})

export const activeRuns = defineEntity({
  name: 'ActiveRun',
  tableName: 'active_runs',
  properties: {
    id: givenId(),
    runId: () => p.manyToOne(runs).mapToPk().fieldName('run_id').deleteRule('cascade'),
  } satisfies Record<keyof ActiveRun, unknown>,
})

export const nodeLocks = defineEntity({
  name: 'NodeLock',
  tableName: 'node_locks',
  properties: {
    id: givenId(),
    runId: () => p.manyToOne(runs).mapToPk().fieldName('run_id').deleteRule('cascade'),
  } satisfies Record<keyof NodeLock, unknown>,
})
