import { expect, test } from 'vitest'
import { valueText } from './value.ts'

test.each([
  { value: 4.294, unit: '', text: '4.29' },
  { value: 5, unit: '', text: '5' },
  { value: 99.94158, unit: '%', text: '99.9 %' },
  { value: 0, unit: 'bytes', text: '0 B' },
  { value: 1_023, unit: 'bytes', text: '1023 B' },
  { value: 880_000_000, unit: 'bytes', text: '839 MiB' },
  { value: -2_048, unit: 'bytes', text: '-2 KiB' },
  { value: 1_500, unit: '1/s', text: '1500 1/s' },
  { value: 12_345, unit: '1/s', text: '12.3k 1/s' },
  { value: 0.0004, unit: 's', text: '4.0e-4 s' },
  { value: Number.NaN, unit: '', text: 'NaN' },
])('$value $unit reads $text', ({ value, unit, text }) => {
  expect(valueText(value, unit)).toBe(text)
})
