import type { Reading } from '@tscaler/jmx'
import type { FailureKind } from '../../model/sample.ts'
import type { MachineCheck, MachineStatus } from '../machine.ts'
import type { PlainValue } from './plain-value.ts'

/** All that is needed to reach one JVM of a node, secrets opened. It lives in memory only. */
export interface JvmAccess {
  /** The id of the node–profile pair. */
  jvmId: number
  nodeId: number
  nodeName: string
  profileName: string
  hostname: string
  port: number
  user: string | null
  password: string | null
  tls: { ca: string | null; cert: string | null; key: string | null } | null
  hostOverride: string | null
  via: 'direct' | 'ssh'
}

/** What is read of one MBean, or of all that a pattern of names matches. Keep the object: what is asked is encoded once for each. */
export interface MBeanRead {
  mbean: string
  isPattern: boolean
  attributes: readonly string[]
}

/** What one MBean gave: of each attribute that was asked for, in their order, the value, or why there is none (`jvmFailure`). */
export interface MBeanValues {
  mbean: string
  readings: readonly Reading[]
}

/** Why there is no value. The text names the JVM, the MBean and the attribute, and says what to do. */
export interface ReadFailure {
  failure: FailureKind
  text: string
}

/** One MBean's values; for a pattern those of each that it matches, which may be none. */
export type ReadAnswer = { kind: 'values'; mbeans: readonly MBeanValues[] } | ({ kind: 'failure' } & ReadFailure)

/** An MBean as the explorer shows it. */
export interface DescribedMBean {
  name: string
  className: string
  description: string
  attributes: readonly DescribedAttribute[]
}

/** One attribute, with what it holds now. */
export interface DescribedAttribute {
  name: string
  type: string
  description: string
  readable: boolean
  writable: boolean
  value?: PlainValue
  failure?: ReadFailure
}

/**
 * One JVM: connects when first used, logs in once, keeps the session, and comes back by itself with back-off. Reading answers with typed
 * failures; exploring throws `ReachFailure`.
 */
export interface JvmLink {
  /** All reads pipelined in one connection. Never rejects; answers are in the reads' order, at the latest after `deadlineMs`. */
  read(reads: readonly MBeanRead[], limits: { deadlineMs: number }): Promise<ReadAnswer[]>
  /** The names of the MBeans that a pattern matches, sorted. */
  names(pattern: string): Promise<string[]>
  /** One MBean with all its attributes and what they hold. */
  describe(mbean: string): Promise<DescribedMBean>
  /** Connects anew, beside the session that is kept, and tries what rounds need. Never rejects. */
  check(): Promise<MachineCheck>
  /** How a text begins that is about this JVM. */
  readonly title: string
  readonly status: MachineStatus
  close(): void
}
