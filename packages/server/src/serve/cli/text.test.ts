import fc from 'fast-check'
import { expect, test } from 'vitest'
import { count, plainLine, sentence, short } from './text.ts'

test.each([
  { name: 'plain words stay', text: 'shop01 is well', expected: 'shop01 is well' },
  { name: 'a tab stays', text: 'a\tb', expected: 'a\tb' },
  { name: 'colours go', text: '\u001b[31mred\u001b[0m', expected: 'red' },
  { name: 'a window title goes', text: '\u001b]0;owned\u0007rest', expected: 'rest' },
  { name: 'a bell and a carriage return go', text: 'a\u0007b\rc', expected: 'abc' },
  { name: 'a line end becomes a space', text: 'a\nb', expected: 'a b' },
  { name: 'a control character of the upper half goes', text: 'a\u009b31mb', expected: 'ab' },
])('plainLine: $name', ({ text, expected }) => expect(plainLine(text)).toBe(expected))

test('plainLine leaves no control character but the tab', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[^\P{Cc}\t]/u.test(plainLine(text))))
})

test.each([
  { number: 0, expected: '0 nodes' },
  { number: 1, expected: '1 node' },
  { number: 2, expected: '2 nodes' },
])('count: $expected', ({ number, expected }) => expect(count(number, 'node')).toBe(expected))

test('short keeps a text that fits, and cuts one that does not', () => {
  expect(short('abcde', 5)).toBe('abcde')
  expect(short('abcdef', 5)).toBe('abcd…')
})

test.each([
  { text: 'a', expected: 'a.' },
  { text: 'a.', expected: 'a.' },
  { text: 'a?', expected: 'a?' },
])('sentence: $text is $expected', ({ text, expected }) => expect(sentence(text)).toBe(expected))
