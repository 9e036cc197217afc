import type { AlertKind } from '../../model/alert.ts'
import type { Sample } from '../../model/sample.ts'

/** How long a node must fail altogether before people are told: two missed rounds at the default period happen to anybody. */
const unreachableAfterMs = 30_000

/** How a node, or a JVM, has answered lately. */
export interface NodeHealth {
  /** Since when every sample failed for a reason of the connection; null: the last round gave an answer. */
  failingSince: number | null
  kind: AlertKind | null
  told: boolean
}

/** What people are told by: of nodes, or of JVMs. */
export interface HealthKinds {
  unreachable: AlertKind
  auth: AlertKind
}

export const ofNodes: HealthKinds = { unreachable: 'node-unreachable', auth: 'node-auth' }
export const ofJvms: HealthKinds = { unreachable: 'jvm-unreachable', auth: 'jvm-auth' }

export const healthy: NodeHealth = { failingSince: null, kind: null, told: false }

/** What people are to be told after a round. */
export type HealthNews = { raise: AlertKind; text: string } | { resolve: AlertKind } | null

/**
 * The health after one more round, and what people are to be told. Only failures of the connection count: a script that fails is on the
 * graph and in the list.
 */
export function nextHealth(
  health: NodeHealth,
  samples: readonly (Sample | undefined)[],
  now: number,
  kinds: HealthKinds = ofNodes,
): { health: NodeHealth; news: HealthNews } {
  const failure = connectionFailure(samples)
  if (failure === undefined) {
    return { health: healthy, news: health.told && health.kind !== null ? { resolve: health.kind } : null }
  }
  const kind: AlertKind = failure.failure === 'auth' ? kinds.auth : kinds.unreachable
  const failingSince = health.failingSince ?? now
  const isNews = now - failingSince >= unreachableAfterMs && !(health.told && health.kind === kind)
  if (!isNews) return { health: { ...health, failingSince }, news: null }
  return { health: { failingSince, kind, told: true }, news: { raise: kind, text: failure.text } }
}

type Failed = Extract<Sample, { kind: 'failure' }>

/** The first failure where all samples failed because of the connection. A host key that changed has an alert of its own. */
function connectionFailure(samples: readonly (Sample | undefined)[]): Failed | undefined {
  let first: Failed | undefined
  for (const sample of samples) {
    if (sample === undefined) continue
    if (sample.kind === 'value' || !connectionKinds.has(sample.failure)) return undefined
    first ??= sample
  }
  return first
}

const connectionKinds: ReadonlySet<string> = new Set(['unreachable', 'auth', 'connection-lost', 'no-shell', 'timeout'])
