import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextDue, offsetOf } from './spread.ts'

test('the next due instant lies after now and at most one period away', () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.constantFrom(1_000, 10_000, 60_000),
      fc.nat(10_000_000),
      (node, periodMs, now) => {
        const due = nextDue(node, periodMs, now)
        expect(due).toBeGreaterThan(now)
        expect(due).toBeLessThanOrEqual(now + periodMs)
        expect((due - offsetOf(node, periodMs)) % periodMs).toBe(0)
      },
    ),
  )
})

test('a longer period falls on the rounds of the shorter one', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.nat(10_000_000), (node, now) => {
      expect((nextDue(node, 60_000, now) - nextDue(node, 10_000, now)) % 10_000).toBe(0)
    }),
  )
})

test('a thousand nodes are spread evenly: no tenth of the period holds more than an eighth of them', () => {
  const tenths = new Array<number>(10).fill(0)
  for (let node = 1; node <= 1_000; node += 1) {
    const tenth = Math.floor(offsetOf(node, 10_000) / 1_000)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  expect(Math.max(...tenths)).toBeLessThanOrEqual(125)
})
