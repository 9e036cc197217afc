/** With the threshold in the picture, the values still take at least this share of the height. */
const valuesShareMin = 0.25
/** Room above and below, so that no line runs along the edge. */
const roomShare = 0.08

/**
 * Least and greatest of the vertical axis. The threshold is in the picture where that leaves the values readable; values that are all above
 * zero and near it begin at zero.
 */
export function yRange(least: number | null, most: number | null, limit: number | null): [number, number] {
  if (least === null || most === null || !Number.isFinite(least) || !Number.isFinite(most)) {
    return limit === null || limit === 0 ? [0, 1] : around(Math.min(0, limit), Math.max(0, limit))
  }
  let [low, high] = [least, most]
  if (low > 0 && low < (high - low) * 2) low = 0
  if (limit !== null) {
    const [lower, higher] = [Math.min(low, limit), Math.max(high, limit)]
    // Values that all are one have no height; then it counts how far the threshold is from them.
    const height = Math.max(high - low, Math.abs(high) * 0.5)
    if (height === 0 || height >= (higher - lower) * valuesShareMin) [low, high] = [lower, higher]
  }
  return around(low, high)
}

function around(low: number, high: number): [number, number] {
  if (low === 0 && high === 0) return [0, 1]
  const height = high - low || Math.abs(high)
  const bottom = low === 0 ? 0 : low - height * roomShare
  return [low > 0 && bottom < 0 ? 0 : bottom, high === 0 && low < 0 ? 0 : high + height * roomShare]
}
