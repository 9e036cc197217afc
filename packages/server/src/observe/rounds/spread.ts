/**
 * Where in its period the rounds of a place (a node, or a JVM) lie: 0 ≤ offset < `spanMs`, the same for ever for the same place. Offsets of a longer period that
 * is a multiple of a shorter one fall on the shorter one's rounds, so that they are collected together.
 */
export function offsetOf(place: number, spanMs: number): number {
  return mix(place) % spanMs
}

/** The first due instant after `afterMs` (monotonic) for a period. */
export function nextDue(place: number, periodMs: number, afterMs: number): number {
  const offset = offsetOf(place, periodMs)
  return Math.floor((afterMs - offset) / periodMs) * periodMs + periodMs + offset
}

/** 32 bits from a small integer; the finaliser of MurmurHash3, so that neighbouring ids lie far apart. */
function mix(id: number): number {
  let hash = id | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
