/** What people are told of. One alert per kind and subject. */
export const alertKinds = [
  'run-failed',
  'run-unknown',
  'run-held',
  'host-key-changed',
  'red-stop',
  'node-unreachable',
  'node-auth',
  'jvm-unreachable',
  'jvm-auth',
  'vm-gone',
  'vm-changed',
  'vm-orphan',
  'vm-not-ended',
  'cloud-unread',
  'below-min',
  'sensor-guard',
  'missing-data',
  'clock-step',
  'disk-full',
  'history-behind',
  'mail-failed',
] as const
export type AlertKind = (typeof alertKinds)[number]

export interface Alert {
  id: number
  kind: AlertKind
  /** What it is about, such as `node:12`, `jvm:3`, `vm:i-0abc` or `run:41`; with the kind it is unique among alerts that are not resolved. */
  subject: string
  text: string
  state: 'open' | 'acknowledged' | 'resolved'
  openedAt: number
  lastAt: number
  repeats: number
  ackBy: string | null
  resolvedAt: number | null
  mailedAt: number | null
}

/** The subject of what is told of a node's JVM, by the id of the pair. */
export function jvmSubject(jvmId: number): string {
  return `jvm:${jvmId}`
}
