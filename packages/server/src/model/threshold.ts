/** The comparisons a threshold may make; `=` and `!=` compare numbers exactly. */
export const comparisons = ['<', '<=', '=', '!=', '>=', '>'] as const

export type Comparison = (typeof comparisons)[number]

/** A counter is in breach where `value <comparison> limit` holds. */
export interface Threshold {
  comparison: Comparison
  limit: number
}

/** A threshold from a text such as `> 4` or `<= 0.5`; undefined where it is none. */
export function parseThreshold(text: string): Threshold | undefined {
  const match = /^\s*(<=|>=|!=|<|=|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/.exec(text)
  if (!match) return undefined
  const limit = Number(match[2])
  return Number.isFinite(limit) ? { comparison: match[1] as Comparison, limit } : undefined
}

/** The text that `parseThreshold` reads back. */
export function formatThreshold(threshold: Threshold): string {
  return `${threshold.comparison} ${threshold.limit}`
}

/** Whether the value breaks the threshold. */
export function isBreach(value: number, { comparison, limit }: Threshold): boolean {
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
