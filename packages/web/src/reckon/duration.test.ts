import fc from 'fast-check'
import { expect, test } from 'vitest'
import { durationText, parseDuration, spanText, timingMs } from './duration.ts'

test.each([
  ['10s', 10_000],
  ['1h30m', 5_400_000],
  ['250ms', 250],
  ['1.5m', 90_000],
  ['10', undefined],
  ['', undefined],
  ['5 m', undefined],
])('the duration %j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  [5, 300_000],
  ['90s', 90_000],
  [0, 0],
])('the timing %j is %j ms', (timing, ms) => {
  expect(timingMs(timing)).toBe(ms)
})

test.each([
  { ms: 0, text: '0 ms' },
  { ms: 999, text: '999 ms' },
  { ms: 38_000, text: '38 s' },
  { ms: 59_600, text: '1 m' },
  { ms: 72_000, text: '1 m 12 s' },
  { ms: 7_500_000, text: '2 h 5 m' },
  { ms: 273_600_000, text: '3 d 4 h' },
  { ms: -5, text: '0 ms' },
])('$ms ms read as $text', ({ ms, text }) => {
  expect(spanText(ms)).toBe(text)
})

test.each([
  [0, '0s'],
  [2_000, '2s'],
  [5_400_000, '1h30m'],
  [500, '500ms'],
])('%j ms are written %j', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

test('what is written as a duration is read as the same', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), (ms) => parseDuration(durationText(ms)) === ms))
})
