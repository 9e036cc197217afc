import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunkBytesMax, packChunk, unpackChunk } from './chunk.ts'
import { SampleColumns } from './sample-columns.ts'

interface Row {
  at: number
  value: number
  failure: number
  hits: number
}

test('unpacking gives what was packed, of any width', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 130 }), (rows) => {
      const ordered = rows.sort((a, b) => a.at - b.at)
      expect(unpacked(packed(ordered), Number(ordered[0]?.at))).toEqual(ordered)
    }),
  )
})

test.each([
  { name: 'whole seconds and small values', rows: [of(0, 1), of(10_000, 2)], bytes: 8 + 2 * 6 },
  { name: 'values that need all digits', rows: [of(0, 0.1), of(10_000, 2)], bytes: 8 + 2 * 10 },
  { name: 'periods over a minute', rows: [of(0, 1), of(65_536, 2)], bytes: 8 + 2 * 8 },
  { name: 'instants between milliseconds', rows: [of(0.5, 1), of(1, 2)], bytes: 8 + 2 * 12 },
  {
    name: 'an instant whose differences round to whole ones',
    rows: [of(-7, 1), of(1e-300, 2), of(9, 3)],
    bytes: 8 + 3 * 12,
  },
  { name: 'hits below 256', rows: [{ ...of(0, 1), hits: 255 }, of(1, 2)], bytes: 8 + 2 * 7 },
  { name: 'hits above', rows: [{ ...of(0, 1), hits: 256 }, of(1, 2)], bytes: 8 + 2 * 10 },
  { name: 'a failure', rows: [{ ...of(0, Number.NaN), failure: 1 }, of(1, 2)], bytes: 8 + 2 * 7 },
])('a chunk is as narrow as holds it: $name', ({ rows, bytes }) => {
  expect(packed(rows)).toHaveLength(bytes)
  expect(unpacked(packed(rows), Number(rows[0]?.at))).toEqual(rows)
})

const at = fc.oneof(
  fc.nat(100_000),
  fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const row = fc
  .record({
    at,
    value: fc.oneof(fc.nat(100), fc.double()),
    failure: fc.oneof(fc.constant(0), fc.nat(255)),
    hits: fc.oneof(fc.constant(0), fc.nat(255), fc.nat(0xffff_ffff)),
  })
  .map((one) => ({ ...one, at: one.at + 0 })) // no minus zero: an instant has no sign there

function of(instant: number, value: number): Row {
  return { at: instant, value, failure: 0, hits: 0 }
}

function packed(rows: readonly Row[]): Uint8Array {
  const samples = new SampleColumns()
  for (const { at: instant, value, failure, hits } of rows) samples.push(instant, value, failure, hits)
  const target = new DataView(new ArrayBuffer(chunkBytesMax(rows.length)))
  return new Uint8Array(target.buffer, 0, packChunk(samples, 0, rows.length, target))
}

function unpacked(body: Uint8Array, firstAt: number): Row[] {
  const samples = new SampleColumns()
  unpackChunk(body, firstAt, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, samples)
  const { times, values, failures, hits } = samples.toColumn()
  return Array.from(times, (instant, place) => ({
    at: instant,
    value: Number(values[place]),
    failure: Number(failures[place]),
    hits: Number(hits[place]),
  }))
}
