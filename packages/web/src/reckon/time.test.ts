import { expect, test } from 'vitest'
import { agoText, bothTimes, clockText, dayText, fullTime, shortTime } from './time.ts'

const now = Date.UTC(2030, 0, 31, 12, 0, 5)

test.each([
  { name: 'clocks of two machines differ', at: now - 2_999, text: 'now' },
  { name: 'seconds', at: now - 12_000, text: '12 s ago' },
  { name: 'one unit only', at: now - 150_000, text: '3 m ago' },
  { name: 'hours up to two days', at: now - 47 * 3_600_000, text: '47 h ago' },
  { name: 'days', at: now - 72 * 3_600_000, text: '3 d ago' },
  { name: 'ahead', at: now + 240_000, text: 'in 4 m' },
])('$name: $text', ({ at, text }) => {
  expect(agoText(at, now)).toBe(text)
})

test('an instant in full names its zone', () => {
  expect(fullTime(now, 'UTC')).toBe('2030-01-31 12:00:05 UTC')
  expect(dayText(now, 'Pacific/Kiritimati')).toBe('2030-02-01')
})

test('a time on hover has UTC beside the own zone, once where it is the same', () => {
  expect(bothTimes(now, 'UTC')).toBe('2030-01-31 12:00:05 UTC')
  expect(bothTimes(now, 'Asia/Kolkata')).toBe('2030-01-31 17:30:05 GMT+5:30 · 2030-01-31 12:00:05 UTC')
})

test('midnight is 00, not 24', () => {
  expect(clockText(Date.UTC(2030, 0, 31), 'UTC')).toBe('00:00:00')
})

test('another day is named, today is not', () => {
  expect(shortTime(now - 60_000, now, 'UTC')).toBe('11:59:05')
  expect(shortTime(now - 86_400_000, now, 'UTC')).toBe('2030-01-30 12:00')
})
