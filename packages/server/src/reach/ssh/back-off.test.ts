import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backOffMs } from './back-off.ts'

test.each([
  { name: 'the first failure, least jitter', failures: 1, random: 0, expected: 500 },
  { name: 'the first failure, most jitter', failures: 1, random: 1, expected: 1_000 },
  { name: 'the third failure doubles twice', failures: 3, random: 1, expected: 4_000 },
  { name: 'never over a minute', failures: 7, random: 1, expected: 60_000 },
  { name: 'a machine that is gone for days', failures: 100_000, random: 0.5, expected: 45_000 },
])('$name', ({ failures, random, expected }) => expect(backOffMs(failures, random)).toBe(expected))

test('is between half a second and a minute, and grows with the failures', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, random) => {
        const waitMs = backOffMs(failures, random)
        expect(waitMs).toBeGreaterThanOrEqual(500)
        expect(waitMs).toBeLessThanOrEqual(60_000)
        expect(backOffMs(failures + 1, random)).toBeGreaterThanOrEqual(waitMs)
      },
    ),
  )
})
