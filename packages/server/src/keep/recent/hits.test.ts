import { expect, test } from 'vitest'
import { hitsToGoOnWith } from './hits.ts'

const latest = { at: 100_000, value: 5, failure: null, text: null, hits: 3 }
const periodMs = 10_000

test.each([
  { name: 'the next sample goes on', sampleAt: 110_000, hits: 3 },
  { name: 'so does one that came early', sampleAt: 106_000, hits: 3 },
  { name: 'and one that came late', sampleAt: 114_999, hits: 3 },
  { name: 'at half a period more there may have been one in between', sampleAt: 115_000, hits: 0 },
  { name: 'the one after the next does not', sampleAt: 120_000, hits: 0 },
  { name: 'a sample from before tells nothing', sampleAt: 99_999, hits: 0 },
])('$name', ({ sampleAt, hits }) => expect(hitsToGoOnWith(latest, { sampleAt, periodMs })).toBe(hits))

test('nothing to go on with where nothing was left', () =>
  expect(hitsToGoOnWith(undefined, { sampleAt: 0, periodMs })).toBe(0))
