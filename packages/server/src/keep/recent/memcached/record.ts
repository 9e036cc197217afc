import { failureKinds } from '../../../model/sample.ts'
import type { Latest } from '../recent.ts'

/** The latest of a series as it lies in the cache, with who put it and as which of its records. */
export interface CacheRecord {
  latest: Latest
  writer: string
  sequence: number
}

/** Its text. */
export function formatRecord({ latest, writer, sequence }: CacheRecord): string {
  const { at, value, failure, text, hits } = latest
  return JSON.stringify([at, value, failure, text, hits, writer, sequence])
}

/** undefined: it is none of ours, or of another version. */
export function parseRecord(text: string): CacheRecord | undefined {
  const fields = parsed(text)
  if (!Array.isArray(fields) || fields.length !== 7) return undefined
  const [at, value, failureText, why, hits, writer, sequence]: unknown[] = fields
  const failure = failureText === null ? null : failureKinds.find((kind) => kind === failureText)
  if (typeof at !== 'number' || typeof hits !== 'number' || typeof sequence !== 'number') return undefined
  if (typeof writer !== 'string' || failure === undefined) return undefined
  if (value !== null && typeof value !== 'number') return undefined
  if (why !== null && typeof why !== 'string') return undefined
  return { latest: { at, value, failure, text: why, hits }, writer, sequence }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
