import { expect, test } from 'vitest'
import { feed, type SampleSource } from './feed.ts'

const periodMs = 10_000

/** A series every 10 s without end; `asked` are the samples in each question. */
function endless(asked: number[]): SampleSource {
  return {
    async range(_, fromAt, toAt) {
      const times = Float64Array.from(
        { length: Math.ceil((toAt - fromAt) / periodMs) },
        (__, place) => fromAt + place * periodMs,
      )
      asked.push(times.length)
      const { length } = times
      return {
        times,
        values: new Float64Array(length),
        failures: new Uint8Array(length),
        hits: new Uint32Array(length),
      }
    },
    oldest: async () => 0,
  }
}

const series = new Map(Array.from({ length: 10 }, (_, index) => [`1.${index + 1}`, periodMs]))

test('the rest has its turn after every few thousand samples, and memory holds two blocks', async () => {
  const asked: number[] = []
  let turns = 0
  let isOver = false
  const turn = () => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const windows: number[] = []
  let blocksDone = 0
  const toAt = 100_000 * periodMs
  await feed(
    endless(asked),
    { fromAt: 0, toAt, periodMs: series },
    {
      read: (_, from, to) => {
        windows.push((series.size * (to - from)) / periodMs)
        expect(asked.length / series.size - blocksDone).toBeLessThanOrEqual(2)
      },
      blockEnds: () => void blocksDone++,
    },
  )
  isOver = true
  expect(windows.reduce((sum, samples) => sum + samples, 0)).toBe(1_000_000)
  expect(Math.max(...windows)).toBeLessThanOrEqual(5_000)
  expect(turns).toBeGreaterThanOrEqual(windows.length)
  expect(Math.max(...asked) * series.size).toBeLessThanOrEqual(250_000)
})

test('windows follow one another without a hole, to the end and no further', async () => {
  const spans: [number, number][] = []
  await feed(
    endless([]),
    { fromAt: 3, toAt: 7_654_321, periodMs: series },
    {
      read: (_, from, to) => void spans.push([from, to]),
      blockEnds: () => {},
    },
  )
  expect(spans[0]?.[0]).toBe(3)
  expect(spans.at(-1)?.[1]).toBe(7_654_321)
  expect(spans.slice(1).map(([from]) => from)).toEqual(spans.slice(0, -1).map(([, to]) => to))
})

test('what the history could not read is the answer', async () => {
  const broken = { ...endless([]), range: () => Promise.reject(new Error('the disk is gone')) }
  const nobody = { read: () => {}, blockEnds: () => {} }
  await expect(feed(broken, { fromAt: 0, toAt: 1e9, periodMs: series }, nobody)).rejects.toThrow('the disk is gone')
})
