import { isNamePattern } from '../../model/object-name.ts'

/** How the numbers of several MBeans become one. */
export const overs = ['sum', 'avg', 'max', 'min', 'count'] as const
export type Over = (typeof overs)[number]

/** One number that is read: an attribute, or what a key leads to in it, of one MBean or over several. */
export interface Part {
  mbean: string
  isPattern: boolean
  /** null where only the MBeans are counted. */
  attribute: string | null
  key: string
  over: Over
}

/** What a counter reads and what its value is made of. */
export interface Measure {
  parts: readonly Part[]
  /** Of the parts' numbers. */
  value(numbers: readonly number[]): number
  /** Where the numbers are running totals: the value that two readings make. The first reading gives no sample. */
  rate?: (before: readonly number[], after: readonly number[], elapsedMs: number) => number
}

/** A part from what a person, or `ready-made.ts`, writes. */
export function part(
  mbean: string,
  attribute: string | null,
  { key = '', over = 'sum' }: { key?: string; over?: Over } = {},
): Part {
  return { mbean, isPattern: isNamePattern(mbean), attribute, key, over }
}

/** The first number as it is. */
export function first(numbers: readonly number[]): number {
  return numbers[0] ?? Number.NaN
}

/** How much the first total grows in a second. */
export function perSecond(before: readonly number[], after: readonly number[], elapsedMs: number): number {
  return (1_000 * ((after[0] ?? 0) - (before[0] ?? 0))) / elapsedMs
}
