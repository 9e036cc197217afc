import { expect, test } from 'vitest'
import { badness, isBreach, parseThreshold, thresholdText } from './threshold.ts'

test.each([
  { threshold: '> 4', value: 4, breach: false },
  { threshold: '>= 4', value: 4, breach: true },
  { threshold: '< 0.5', value: 0.4, breach: true },
  { threshold: '<= -1', value: -1, breach: true },
  { threshold: '= 0', value: 0, breach: true },
  { threshold: '!= 0', value: 0, breach: false },
  { threshold: null, value: 1e9, breach: false },
])('$value against $threshold: $breach', ({ threshold, value, breach }) => {
  expect(isBreach(value, parseThreshold(threshold))).toBe(breach)
})

test.each(['4', '> x', '=> 4', ''])('%j is no threshold', (text) => {
  expect(parseThreshold(text)).toBeNull()
})

test('worse is further on the side of the breach', () => {
  expect(badness(5, parseThreshold('> 4'))).toBeGreaterThan(badness(3, parseThreshold('> 4')))
  expect(badness(1, parseThreshold('< 4'))).toBeGreaterThan(badness(3, parseThreshold('< 4')))
})

test('a threshold reads as values of its unit do', () => {
  expect(thresholdText('> 880000000', 'bytes')).toBe('> 839 MiB')
  expect(thresholdText('> 90', '%')).toBe('> 90')
  expect(thresholdText('', '')).toBe('')
})
