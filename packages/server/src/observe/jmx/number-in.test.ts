import type { JavaValue } from '@tscaler/jmx'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberIn } from './number-in.ts'

/** A record as the client makes it: without a prototype. */
function record(fields: Record<string, JavaValue>): JavaValue {
  return Object.assign(Object.create(null), fields)
}

const usage = record({ init: 1, used: 12n, max: -1 })
const pools: JavaValue = new Map<JavaValue, JavaValue>([
  ['Eden Space', usage],
  ['G1 Old Gen v1.2', record({ used: 7 })],
])

test.each<{ name: string; value: JavaValue; path: string; number: number }>([
  { name: 'a number', value: 4.5, path: '', number: 4.5 },
  { name: 'a long beyond 2^53', value: 2n ** 60n, path: '', number: 2 ** 60 },
  { name: 'true', value: true, path: '', number: 1 },
  { name: 'false', value: false, path: '', number: 0 },
  { name: 'a text that is a number', value: '12.5', path: '', number: 12.5 },
  { name: 'an item of a composite', value: usage, path: 'used', number: 12 },
  { name: 'an item below a table', value: pools, path: 'Eden Space.max', number: -1 },
  { name: 'a name with dots of its own', value: pools, path: 'G1 Old Gen v1.2.used', number: 7 },
  { name: 'an item of a list', value: [1, [2, 3]], path: '1.0', number: 2 },
  { name: 'a name that is a shorter one of another', value: record({ a: 1, 'a.b': 2 }), path: 'a.b', number: 2 },
])('finds $name', ({ value, path, number }) => {
  expect(numberIn(value, path)).toEqual({ number })
})

test.each<{ name: string; value: JavaValue; path: string; instead: string }>([
  { name: 'null', value: null, path: '', instead: 'null' },
  { name: 'NaN', value: Number.NaN, path: '', instead: 'NaN' },
  { name: 'a text', value: 'up', path: '', instead: 'the text "up"' },
  { name: 'a text that begins like a number', value: '12 MB', path: '', instead: 'the text "12 MB"' },
  { name: 'the empty text', value: '', path: '', instead: 'the text ""' },
  { name: 'a composite', value: usage, path: '', instead: 'a composite (it has init, used, max)' },
  {
    name: 'a key that is not there',
    value: usage,
    path: 'free',
    instead: 'a composite without free (it has init, used, max)',
  },
  { name: 'a key below a number', value: 5, path: 'used', instead: 'a number without used' },
  { name: 'a list', value: [1, 2], path: '', instead: 'a list of 2' },
  { name: 'an instant', value: new Date(0), path: '', instead: 'an instant' },
  {
    name: 'a composite at the end of the path',
    value: pools,
    path: 'Eden Space',
    instead: 'a composite (it has init, used, max) at Eden Space',
  },
  {
    name: 'what every object has',
    value: usage,
    path: 'constructor',
    instead: 'a composite without constructor (it has init, used, max)',
  },
])('says what $name is instead', ({ value, path, instead }) => {
  expect(numberIn(value, path)).toEqual({ instead })
})

test('a number is found under the names that lead to it, whatever they are', () => {
  const property = fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (names) => {
    const value = names.reduceRight<JavaValue>((inner, name) => new Map([[name, inner]]), 42)
    expect(numberIn(value, names.join('.'))).toEqual({ number: 42 })
  })
  fc.assert(property)
})
