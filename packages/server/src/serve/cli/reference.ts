import { TscalerError } from '../../model/problem.ts'
import type { RefIn } from '../../wire/schema.ts'

/** What a word names: an id where it is a number (names begin with a letter), else a name. */
export function referenceOf(word: string): RefIn {
  return /^[1-9]\d{0,14}$/.test(word) ? Number(word) : word
}

/** The id of a run, or of what else has no name; throws `wrong-usage`. */
export function idOf(word: string, what: string): number {
  const id = referenceOf(word.replace(/^#/, ''))
  if (typeof id === 'number') return id
  throw new TscalerError('wrong-usage', `${what}: got ${JSON.stringify(word)}, expected a number such as 12.`)
}
