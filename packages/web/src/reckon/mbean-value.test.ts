import { expect, test } from 'vitest'
import { exactText, failureText, isCountable, listLine, roughText, shownValue, typeText } from './mbean-value.ts'

test.each([
  { value: 17, type: 'int', kind: 'number', text: '17' },
  { value: 1_234_567, type: 'long', kind: 'number', text: '1,234,567' },
  { value: '9223372036854775807', type: 'long', kind: 'number', text: '9,223,372,036,854,775,807' },
  { value: '-9223372036854775808', type: '', kind: 'number', text: '-9,223,372,036,854,775,808' },
  { value: '9223372036854775807', type: 'java.lang.String', kind: 'text', text: '9223372036854775807' },
  { value: '12', type: '', kind: 'text', text: '12' },
  { value: 'NaN', type: 'double', kind: 'text', text: 'NaN' },
  { value: 0.25, type: 'double', kind: 'number', text: '0.25' },
  { value: 1e300, type: 'double', kind: 'number', text: '1e+300' },
  { value: true, type: 'boolean', kind: 'text', text: 'true' },
  { value: null, type: 'java.lang.Long', kind: 'nothing', text: 'null' },
  { value: '', type: 'java.lang.String', kind: 'nothing', text: 'empty' },
  { value: [], type: '[I', kind: 'list', text: 'empty' },
  { value: [1, 2], type: '[I', kind: 'list', text: '2 items' },
  { value: { used: 1 }, type: '', kind: 'keys', text: '1 key' },
  { value: {}, type: '', kind: 'keys', text: 'empty' },
])('$value of type "$type" is shown as $kind $text', ({ value, type, kind, text }) => {
  expect(shownValue(value, type)).toMatchObject({ kind, text })
})

test.each([
  { number: 9_999, text: '9999' },
  { number: 10_000, text: '10,000' },
  { number: -1_000_000, text: '-1,000,000' },
  { number: 12345.6789, text: '12,345.6789' },
  { number: '9007199254740993', text: '9,007,199,254,740,993' },
])('$number to its last digit is $text', ({ number, text }) => {
  expect(exactText(number)).toBe(text)
})

test.each([
  { value: 67_108_864, unit: 'bytes', text: '64 MiB' },
  { value: 1_000, unit: 'bytes', text: '' },
  { value: 10_920_000, unit: 'ms', text: '3 h 2 m' },
  { value: 1_500_000_000, unit: 'ns', text: '2 s' },
  { value: 5, unit: '', text: '' },
  { value: 'NaN', unit: 'bytes', text: '' },
])('$value $unit is about "$text"', ({ value, unit, text }) => {
  expect(roughText(value, unit)).toBe(text)
})

test.each([
  { value: 1, type: 'int', countable: true },
  { value: 'NaN', type: 'double', countable: true },
  { value: '9223372036854775807', type: '', countable: true },
  { value: 'text', type: 'java.lang.String', countable: false },
  { value: true, type: 'boolean', countable: false },
  { value: { used: 1 }, type: 'javax.management.openmbean.CompositeData', countable: false },
])('$value of type "$type" can be a counter: $countable', ({ value, type, countable }) => {
  expect(isCountable(value, type)).toBe(countable)
})

test.each([
  { type: 'long', text: 'long' },
  { type: 'java.lang.String', text: 'String' },
  { type: '[J', text: 'long[]' },
  { type: '[[I', text: 'int[][]' },
  { type: '[Ljava.lang.String;', text: 'String[]' },
  { type: 'javax.management.openmbean.CompositeData', text: 'CompositeData' },
])('the type $type reads as $text', ({ type, text }) => {
  expect(typeText(type)).toBe(text)
})

test('keys stand in the order that people count in', () => {
  const shown = shownValue({ pool10: 1, pool9: 2 })
  expect(shown.kind === 'keys' && shown.entries.map(([key]) => key)).toEqual(['pool9', 'pool10'])
})

test('a short list of plain values is one line, a long or a nested one is not', () => {
  expect(listLine([1, 'a', null])).toBe('1, a, null')
  expect(listLine([{ a: 1 }])).toBeUndefined()
  expect(listLine(Array.from({ length: 13 }, () => 1))).toBeUndefined()
  expect(listLine(['x'.repeat(121)])).toBeUndefined()
})

test.each([
  { text: 'JVM "app" of shop01: JMX on h:1: d:type=A X: the JVM answered no.', shown: 'The JVM answered no.' },
  { text: 'timed out', shown: 'Timed out' },
])('$text is shown as $shown', ({ text, shown }) => {
  expect(failureText(text, { mbean: 'd:type=A', attribute: 'X' })).toBe(shown)
})
