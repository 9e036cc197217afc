import type { Alert } from '../../model/alert.ts'
import type { AuditEntry } from '../../model/people.ts'
import type { FailureKind } from '../../model/sample.ts'
import type { Verdict } from '../../model/verdict.ts'
import type * as wire from '../watching.ts'
import { instant, instantOrNull } from './show.ts'

export function alertAnswer(alert: Alert): wire.Alert {
  return {
    id: alert.id,
    kind: alert.kind,
    subject: alert.subject,
    text: alert.text,
    state: alert.state,
    openedAt: instant(alert.openedAt),
    lastAt: instant(alert.lastAt),
    repeats: alert.repeats,
    ackBy: alert.ackBy,
    resolvedAt: instantOrNull(alert.resolvedAt),
  }
}

export function auditAnswer({ id, at, who, what, kind, subjectId, subjectName, detail }: AuditEntry): wire.AuditEntry {
  const subject = subjectId === null && subjectName === null ? null : { id: subjectId, name: subjectName }
  return { id, at: instant(at), who, what, kind, subject, detail }
}

export function verdictAnswer(verdict: Verdict): wire.TriggerState['verdicts'][number] {
  return {
    id: verdict.id,
    outcome: verdict.outcome,
    guard: verdict.guard,
    reason: verdict.reason,
    until: instantOrNull(verdict.until),
    run: verdict.runId,
    at: instant(verdict.at),
    lastAt: instant(verdict.lastAt),
    repeats: verdict.repeats,
  }
}

/** The newest sample of a series; null where there is none. */
export function latestAnswer(
  latest: { at: number; value: number | null; failure: FailureKind | null; text: string | null } | undefined,
): wire.Latest | null {
  if (latest === undefined) return null
  const at = instant(latest.at)
  if (latest.failure !== null) return { at, failure: { kind: latest.failure, text: latest.text ?? '' } }
  return latest.value === null ? null : { at, value: latest.value }
}
