/** The value below which this share (0 to 1) of all values lies; NaN where there is none. Sorts in place. */
export function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b)
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}
