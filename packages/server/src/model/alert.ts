/** What people are told of. One alert per kind and subject. */
export const alertKinds = [
  'run-failed',
  'run-unknown',
  'run-held',
  'host-key-changed',
  'red-stop',
  'node-unreachable',
  'node-auth',
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
  /** What it is about, such as `node:12` or `run:41`; with the kind it is unique among alerts that are not resolved. */
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
