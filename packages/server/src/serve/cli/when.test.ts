import { expect, test } from 'vitest'
import { absolute, lasted, parseInstant, relative } from './when.ts'

const now = Date.parse('2030-01-31T12:00:00Z')
const at = (offsetMs: number) => new Date(now + offsetMs).toISOString()

test.each([
  { name: 'nothing', instant: null, expected: '–' },
  { name: 'the same instant', instant: at(0), expected: 'now' },
  { name: 'under a second', instant: at(-999), expected: 'now' },
  { name: 'a second', instant: at(-1_000), expected: '1s ago' },
  { name: 'just under a minute', instant: at(-59_999), expected: '59s ago' },
  { name: 'a minute', instant: at(-60_000), expected: '1m ago' },
  { name: 'hours to come', instant: at(7_200_000), expected: 'in 2h' },
  { name: 'days', instant: at(-3 * 86_400_000), expected: '3d ago' },
  { name: 'no instant at all', instant: 'soon', expected: '–' },
])('relative: $name', ({ instant, expected }) => expect(relative(instant, now)).toBe(expected))

test('absolute says the day only where it is another one', () => {
  expect(absolute(at(250_000), now)).toBe('12:04:10 UTC (in 4m)')
  expect(absolute(at(86_400_000), now)).toBe('2030-02-01 12:00:00 UTC (in 1d)')
})

test('lasted counts to the end, or to now; nothing where it has not begun', () => {
  expect(lasted(at(-90_000), at(-30_000), now)).toBe('1m')
  expect(lasted(at(-90_000), null, now)).toBe('1m')
  expect(lasted(null, null, now)).toBe('')
})

test.each([
  { text: '15m', expected: now - 900_000 },
  { text: '0s', expected: now },
  { text: '2030-01-31T11:00:00Z', expected: now - 3_600_000 },
  { text: '2030-01-31', expected: now - 12 * 3_600_000 },
  { text: 'yesterday', expected: undefined },
  { text: '12', expected: undefined },
])('parseInstant: $text', ({ text, expected }) => expect(parseInstant(text, now, 'past')).toBe(expected))

test('parseInstant counts a duration forward where the future is meant', () => {
  expect(parseInstant('2h', now, 'future')).toBe(now + 7_200_000)
})
