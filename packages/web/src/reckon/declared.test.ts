import { expect, test } from 'vitest'
import { fieldsLeft, labelOf } from './declared.ts'

test.each([
  { name: 'stopAfterFailures', label: 'Stop after failures' },
  { name: 'mbean', label: 'MBean' },
  { name: 'readyMade', label: 'Ready-made' },
])('$name is labelled $label', ({ name, label }) => {
  expect(labelOf(name)).toBe(label)
})

test.each([
  { name: 'all while none is given', values: {}, left: ['mbean', 'key', 'rate', 'readyMade'] },
  { name: 'an MBean leaves no ready-made one', values: { mbean: 'd:a=b', key: '' }, left: ['mbean', 'key', 'rate'] },
  { name: 'a ready-made one leaves nothing else', values: { readyMade: 'heap', rate: false }, left: ['readyMade'] },
  {
    name: 'both where both are given, so that one can be taken out',
    values: { mbean: 'd:a=b', readyMade: 'heap' },
    left: ['mbean', 'readyMade'],
  },
])('fields that are left: $name', ({ values, left }) => {
  const fields = ['mbean', 'key', 'rate', 'readyMade'].map((name) => [name, {}] as const)
  expect(fieldsLeft(fields, values).map(([name]) => name)).toEqual(left)
})
