import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { downsample, gapsOf } from './downsample.ts'

const points = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.double({ noNaN: true, noDefaultInfinity: true })), {
    maxLength: 300,
  })
  .map((steps) => {
    let at = 1_700_000_000_000
    const times = steps.map(([step]) => {
      at += step
      return at
    })
    return { times, values: steps.map(([, value]) => value) }
  })

describe('downsample', () => {
  test('keeps the least and the greatest value of every step, at their own instants, in order', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 60_000 }), (all, stepMs) => {
        const kept = downsample(all, stepMs)
        const bucketOf = (time: number) => Math.floor(time / stepMs)
        const group = ({ times, values }: typeof all) =>
          Map.groupBy(
            times.map((time, index) => ({ time, value: values[index] ?? 0 })),
            ({ time }) => bucketOf(time),
          )
        const [before, after] = [group(all), group(kept)]
        expect([...after.keys()]).toEqual([...before.keys()])
        for (const [bucket, inside] of before) {
          const values = (after.get(bucket) ?? []).map(({ value }) => value)
          expect(values.length).toBeLessThanOrEqual(2)
          expect(Math.min(...values)).toBe(Math.min(...inside.map(({ value }) => value)))
          expect(Math.max(...values)).toBe(Math.max(...inside.map(({ value }) => value)))
        }
        expect(kept.times).toEqual([...kept.times].sort((a, b) => a - b))
        expect(kept.times.every((time, index) => all.values[all.times.indexOf(time)] === kept.values[index])).toBe(true)
      }),
    )
  })

  test('again with the same step changes nothing', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 60_000 }), (all, stepMs) => {
        const once = downsample(all, stepMs)
        expect(downsample(once, stepMs)).toEqual(once)
      }),
    )
  })
})

test.each([
  { name: 'none in nothing', times: [], expected: [] },
  { name: 'as long as allowed is none', times: [0, 45_000], expected: [] },
  { name: 'longer is one', times: [0, 10_000, 55_001, 60_000], expected: [[10_000, 55_001]] },
])('gaps: $name', ({ times, expected }) => expect(gapsOf(times, 45_000)).toEqual(expected))
