import type { Action } from '../../model/action.ts'
import type { Alert } from '../../model/alert.ts'
import type { Cluster } from '../../model/cluster.ts'
import type { Counter } from '../../model/counter.ts'
import type { Jvm } from '../../model/jvm.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { AuditEntry, SecondFactor, Session, Token, User } from '../../model/people.ts'
import type { Ec2Profile, JvmProfile, SshProfile } from '../../model/profile.ts'
import type { LogLine, Run, Step, Task } from '../../model/run.ts'
import type { Schedule } from '../../model/schedule.ts'
import type { Trigger } from '../../model/trigger.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Lease, Leases } from './leases.ts'
import type { Table } from './table.ts'

/** One row, id 1, made with the database: what is true of the whole installation. */
export interface Installation {
  id: number
  /** Random, made once; tags of deployed machines carry it. */
  uid: string
  /** Since when everything is stopped; null: it is not. */
  redStopAt: number | null
  redStopBy: string | null
  redStopReason: string | null
  /** Fires of all triggers are refused until then. */
  pausedUntil: number | null
}

/** Makes a second node-changing run of a cluster impossible; `id` is the cluster's id. */
export interface ActiveRun {
  id: number
  runId: number
}

/** Nodes that a step in progress works on; `id` is the node's id. */
export interface NodeLock {
  id: number
  runId: number
}

/** All tables. In a transaction every change is kept or none. */
export interface Tables {
  clusters: Table<Cluster>
  nodes: Table<Node>
  counters: Table<Counter>
  triggers: Table<Trigger>
  actions: Table<Action>
  sshProfiles: Table<SshProfile>
  jvmProfiles: Table<JvmProfile>
  jvms: Table<Jvm>
  ec2Profiles: Table<Ec2Profile>
  schedules: Table<Schedule>
  users: Table<User>
  sessions: Table<Session>
  tokens: Table<Token>
  secondFactors: Table<SecondFactor>
  runs: Table<Run>
  steps: Table<Step>
  tasks: Table<Task>
  launches: Table<Launch>
  logLines: Table<LogLine>
  verdicts: Table<Verdict>
  alerts: Table<Alert>
  audit: Table<AuditEntry>
  installation: Table<Installation>
  activeRuns: Table<ActiveRun>
  nodeLocks: Table<NodeLock>
}

/** The name of a table. */
export type TableName = keyof Tables

/** The tables inside one transaction. */
export interface Transaction extends Tables {
  /** Resolves once no other transaction, of any process, is past this call; until this one ends the others wait. */
  lockAdmission(): Promise<void>
  /** Whether the lease is held with this fence; if so nobody takes it before this transaction ends. Asked before a write that an older holder must not make. */
  holds(lease: Lease): Promise<boolean>
}

/**
 * Where configuration, runs and audit are kept. What a call has resolved is on disk (synchronous FULL). Every call
 * throws `disk-full` (nothing changed, retryable) where the disk has no room, and goes on once there is some.
 */
export interface Store extends Tables {
  leases: Leases
  /**
   * All of `work` or nothing. Transactions follow one another; calls of the store meanwhile wait for their end.
   * `work` uses only the tables it is given: using the store inside throws at once, for it would wait for itself.
   */
  transaction<Result>(work: (tables: Transaction) => Promise<Result>): Promise<Result>
  /** Waits for what has begun. Calls afterwards throw. */
  close(): Promise<void>
}
