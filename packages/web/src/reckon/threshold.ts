import { valueText } from './value.ts'

/** A counter is in breach where `value <comparison> limit` holds. */
export interface Threshold {
  comparison: '<' | '<=' | '=' | '!=' | '>=' | '>'
  limit: number
}

/** A threshold as the API writes it (`> 4`); null where there is none. */
export function parseThreshold(text: string | null): Threshold | null {
  const match = /^\s*(<=|>=|!=|<|=|>)\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*$/.exec(text ?? '')
  return match ? { comparison: match[1] as Threshold['comparison'], limit: Number(match[2]) } : null
}

/** Whether the value breaks the threshold; without a threshold none does. */
export function isBreach(value: number, threshold: Threshold | null): boolean {
  if (threshold === null) return false
  const { comparison, limit } = threshold
  switch (comparison) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '=':
      return value === limit
    case '!=':
      return value !== limit
    case '>=':
      return value >= limit
    case '>':
      return value > limit
    default:
      return comparison satisfies never
  }
}

/** How bad a value is against the threshold; greater is worse. Without one, the greatest counts as worst. */
export function badness(value: number, threshold: Threshold | null): number {
  if (threshold === null) return value
  const { comparison, limit } = threshold
  if (comparison === '<' || comparison === '<=') return -value
  if (comparison === '=') return -Math.abs(value - limit)
  if (comparison === '!=') return Math.abs(value - limit)
  return value
}

/** A threshold as it is read beside values of the unit: `> 839 MiB`, `> 4`. What is none stays as it is. */
export function thresholdText(threshold: string, unit: string): string {
  const parsed = parseThreshold(threshold)
  if (parsed === null) return threshold
  return `${parsed.comparison} ${valueText(parsed.limit, unit === 'bytes' ? unit : '')}`
}
