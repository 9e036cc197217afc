import { TscalerError } from '../../model/problem.ts'
import { parseInstant } from './when.ts'

/** Epoch ms of a time that an option gave: an instant, or how long ago; throws `wrong-usage` naming the option. */
export function pastTime(option: string, text: string, now: number): number {
  const at = parseInstant(text, now, 'past')
  if (at !== undefined) return at
  throw new TscalerError(
    'wrong-usage',
    `${option}: got ${JSON.stringify(text)}, expected a time such as 2030-01-31T12:00:00Z, or how long ago, such as 2h.`,
  )
}
