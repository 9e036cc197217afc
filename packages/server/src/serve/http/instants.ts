import { Type } from 'typebox'
import { TscalerError } from '../../model/problem.ts'

/** An instant in an address. */
export const When = Type.String({ maxLength: 40, description: 'An instant: ISO 8601, or epoch ms.' })

/** Epoch ms of it; throws `bad-input` naming the field. */
export function instantOf(field: string, text: string): number {
  const at = /^\d{1,15}$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  // The greatest instant that a Date can be.
  if (Number.isFinite(at) && at <= 8.64e15) return at
  const message = `got ${JSON.stringify(text)}, expected an instant: ISO 8601, or epoch ms`
  throw new TscalerError('bad-input', `The request can't be taken as given: ${field}: ${message}`, {
    findings: [{ path: field, message }],
  })
}
