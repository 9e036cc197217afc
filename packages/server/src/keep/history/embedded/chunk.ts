import type { SampleColumns } from './sample-columns.ts'

/*
 * A chunk's body: a head of 8 bytes (width of a time, a value, a count of hits and a failure code; then the number of samples),
 * then the four columns, little-endian whatever the machine. Each column is as narrow as holds it exactly: most series
 * have times less than a minute apart, no hits and no failures, and many have whole numbers.
 */
const HEAD_BYTES = 8

/** The largest body that `count` samples can have. */
export function chunkBytesMax(count: number): number {
  return HEAD_BYTES + count * (8 + 8 + 4 + 1)
}

/** Writes samples `from` (inclusive) to `to` into `target`, which is big enough and whose samples are in time order; the bytes written. */
export function packChunk(samples: SampleColumns, from: number, to: number, target: DataView): number {
  const widths = {
    time: timeWidth(samples.times, from, to),
    value: valueWidth(samples.values, from, to),
    hits: hitsWidth(samples.hits, from, to),
    failure: someNot0(samples.failures, from, to) ? 1 : 0,
  }
  target.setUint8(0, widths.time)
  target.setUint8(1, widths.value)
  target.setUint8(2, widths.hits)
  target.setUint8(3, widths.failure)
  target.setUint32(4, to - from, true)
  let offset = packTimes(samples.times, from, to, widths.time, target)
  offset = packFloats(samples.values, from, to, widths.value, target, offset)
  offset = packCounts(samples.hits, from, to, widths.hits, target, offset)
  return packCounts(samples.failures, from, to, widths.failure, target, offset)
}

/** Takes the samples of a body that were at `from <= at < to` to the end of `samples`. `firstAt` is the chunk's first instant. */
export function unpackChunk(body: Uint8Array, firstAt: number, from: number, to: number, samples: SampleColumns): void {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const [time, value, hits, failure] = [view.getUint8(0), view.getUint8(1), view.getUint8(2), view.getUint8(3)]
  const count = view.getUint32(4, true)
  const valuesAt = HEAD_BYTES + count * time
  const hitsAt = valuesAt + count * value
  const failuresAt = hitsAt + count * hits
  let at = firstAt
  for (let place = 0; place < count; place++) {
    at = unpackTime(view, place, time, at)
    if (at < from || at >= to) continue
    samples.push(
      at,
      value === 4 ? view.getFloat32(valuesAt + place * 4, true) : view.getFloat64(valuesAt + place * 8, true),
      failure === 0 ? 0 : view.getUint8(failuresAt + place),
      unpackCount(view, hitsAt, place, hits),
    )
  }
}

/** Differences in milliseconds where they are whole and small enough, else the instants themselves. */
function timeWidth(times: Float64Array, from: number, to: number): 2 | 4 | 8 {
  // Between whole numbers, and past 2^53, a difference may be whole without being exact.
  if (!Number.isSafeInteger(times[from]) || !Number.isSafeInteger(times[to - 1])) return 8
  let longest = 0
  for (let place = from + 1; place < to; place++) {
    const difference = Number(times[place]) - Number(times[place - 1])
    if (difference > longest) longest = difference
    if (!Number.isInteger(times[place])) return 8
  }
  if (longest > 0xffff_ffff) return 8
  return longest > 0xffff ? 4 : 2
}

function packTimes(times: Float64Array, from: number, to: number, width: number, target: DataView): number {
  let offset = HEAD_BYTES
  let last = Number(times[from])
  for (let place = from; place < to; place++, offset += width) {
    const at = Number(times[place])
    if (width === 2) target.setUint16(offset, at - last, true)
    else if (width === 4) target.setUint32(offset, at - last, true)
    else target.setFloat64(offset, at, true)
    last = at
  }
  return offset
}

function unpackTime(view: DataView, place: number, width: number, last: number): number {
  if (width === 2) return last + view.getUint16(HEAD_BYTES + place * 2, true)
  if (width === 4) return last + view.getUint32(HEAD_BYTES + place * 4, true)
  return view.getFloat64(HEAD_BYTES + place * 8, true)
}

/** Half the width where that loses nothing: whole numbers below 16 million, halves, quarters. */
function valueWidth(values: Float64Array, from: number, to: number): 4 | 8 {
  for (let place = from; place < to; place++) {
    const value = Number(values[place])
    if (Math.fround(value) !== value && !Number.isNaN(value)) return 8
  }
  return 4
}

function packFloats(values: Float64Array, from: number, to: number, width: number, target: DataView, start: number) {
  let offset = start
  for (let place = from; place < to; place++, offset += width) {
    if (width === 4) target.setFloat32(offset, Number(values[place]), true)
    else target.setFloat64(offset, Number(values[place]), true)
  }
  return offset
}

function hitsWidth(hits: Uint32Array, from: number, to: number): 0 | 1 | 4 {
  let most = 0
  for (let place = from; place < to; place++) most = Math.max(most, Number(hits[place]))
  if (most === 0) return 0
  return most < 256 ? 1 : 4
}

function someNot0(codes: Uint8Array, from: number, to: number): boolean {
  for (let place = from; place < to; place++) if (codes[place] !== 0) return true
  return false
}

function packCounts(
  counts: Uint32Array | Uint8Array,
  from: number,
  to: number,
  width: number,
  target: DataView,
  start: number,
): number {
  if (width === 0) return start
  let offset = start
  for (let place = from; place < to; place++, offset += width) {
    if (width === 1) target.setUint8(offset, Number(counts[place]))
    else target.setUint32(offset, Number(counts[place]), true)
  }
  return offset
}

function unpackCount(view: DataView, start: number, place: number, width: number): number {
  if (width === 0) return 0
  return width === 1 ? view.getUint8(start + place) : view.getUint32(start + place * 4, true)
}
