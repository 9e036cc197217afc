import type { JavaValue } from '@tscaler/jmx'
import { expect, test } from 'vitest'
import { budgetOfMBean, plainValue } from './plain-value.ts'

const long = 'x'.repeat(3_000)

test.each<{ name: string; value: JavaValue; plain: unknown }>([
  { name: 'null', value: null, plain: null },
  { name: 'a number', value: 1.5, plain: 1.5 },
  { name: 'NaN', value: Number.NaN, plain: 'NaN' },
  { name: 'a long beyond 2^53', value: 2n ** 60n, plain: '1152921504606846976' },
  { name: 'an instant', value: new Date(0), plain: '1970-01-01T00:00:00.000Z' },
  { name: 'an instant that is none', value: new Date(Number.NaN), plain: 'an instant beyond all calendars' },
  { name: 'bytes', value: new Uint8Array(3), plain: '3 bytes' },
  {
    name: 'a table',
    value: new Map<JavaValue, JavaValue>([
      ['a', 1],
      [2, 'b'],
    ]),
    plain: { a: 1, 2: 'b' },
  },
  { name: 'a composite', value: Object.assign(Object.create(null), { used: 1 }), plain: { used: 1 } },
  { name: 'a list', value: [1, [true]], plain: [1, [true]] },
  { name: 'a long text', value: long, plain: `${'x'.repeat(2_000)}… (3000 characters)` },
  {
    name: 'a long list',
    value: Array.from({ length: 300 }, () => 1),
    plain: [...Array.from({ length: 200 }, () => 1), '… (100 more)'],
  },
])('$name is plain', ({ value, plain }) => {
  const shown = plainValue(value, budgetOfMBean())
  expect(shown).toEqual(plain)
  expect(JSON.parse(JSON.stringify(shown))).toEqual(plain)
})

test('no name means anything to JavaScript', () => {
  const shown = plainValue(new Map([['__proto__', 1]]), budgetOfMBean())
  expect(JSON.stringify(shown)).toBe('{"__proto__":1}')
})

test('what is too deep or too much is cut, however it nests', () => {
  const deep = Array.from({ length: 50 }).reduce<JavaValue>((inner) => [inner], 1)
  expect(JSON.stringify(plainValue(deep, budgetOfMBean()))).toContain('… (too deep to show)')
  const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 'y'.repeat(100)))
  const text = JSON.stringify(plainValue(wide, budgetOfMBean()))
  expect(text).toContain('… (too much to show)')
  expect(text.length).toBeLessThan(2_000_000)
})
