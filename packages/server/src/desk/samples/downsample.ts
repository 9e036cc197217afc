/** Times in ascending order, and the value of each. */
export interface Points {
  times: number[]
  values: number[]
}

/**
 * At most two points for each `stepMs`: its least and its greatest value, at their own instants and in their order, so that no peak is
 * lost. A bucket with one point keeps it. Steps begin at multiples of `stepMs`, so that a picture that moves on does not shimmer.
 */
export function downsample({ times, values }: Points, stepMs: number): Points {
  const kept: Points = { times: [], values: [] }
  let begin = 0
  while (begin < times.length) {
    const bucket = Math.floor(at(times, begin) / stepMs)
    let [least, most, end] = [begin, begin, begin]
    for (; end < times.length && Math.floor(at(times, end) / stepMs) === bucket; end++) {
      if (at(values, end) < at(values, least)) least = end
      if (at(values, end) > at(values, most)) most = end
    }
    for (const index of new Set([Math.min(least, most), Math.max(least, most)])) {
      kept.times.push(at(times, index))
      kept.values.push(at(values, index))
    }
    begin = end
  }
  return kept
}

/** Where two values stand further apart than `gapMsMax`: from the one to the other. */
export function gapsOf(times: readonly number[], gapMsMax: number): [number, number][] {
  const gaps: [number, number][] = []
  for (let index = 1; index < times.length; index++) {
    const [before, after] = [at(times, index - 1), at(times, index)]
    if (after - before > gapMsMax) gaps.push([before, after])
  }
  return gaps
}

function at(list: readonly number[], index: number): number {
  return list[index] ?? Number.NaN
}
