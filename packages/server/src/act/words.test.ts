import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from '../reach/shell/quoted.ts'
import { splitWords } from './words.ts'

test.each([
  { name: 'nothing', line: ' \t', words: [] },
  { name: 'words and spaces', line: '  deploy   --env live ', words: ['deploy', '--env', 'live'] },
  { name: 'quotes of both kinds', line: `a 'b c' "d e"`, words: ['a', 'b c', 'd e'] },
  { name: 'quotes inside a word', line: `--name='x y'z`, words: ['--name=x yz'] },
  { name: 'an empty word', line: `a '' ""`, words: ['a', '', ''] },
  { name: 'a backslash before a space', line: String.raw`a\ b`, words: ['a b'] },
  { name: 'a backslash in double quotes', line: String.raw`"a\"b\n"`, words: [String.raw`a"b\n`] },
  { name: 'a backslash in single quotes', line: String.raw`'a\'`, words: ['a\\'] },
  {
    name: 'what only a shell would take for more',
    line: '$HOME; rm -rf * | `x` > y',
    words: ['$HOME;', 'rm', '-rf', '*', '|', '`x`', '>', 'y'],
  },
])('splitWords: $name', ({ line, words }) => expect(splitWords(line)).toEqual({ ok: true, words }))

test.each([
  { line: `a 'b`, message: "has a ' that is not closed; close it." },
  { line: 'a "b', message: 'has a " that is not closed; close it.' },
  { line: 'a\\', message: 'ends with a backslash; write what should follow it, or \\\\.' },
])('splitWords refuses $line', ({ line, message }) => expect(splitWords(line)).toEqual({ ok: false, message }))

test('quoted words come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(splitWords(words.map(quoted).join(' '))).toEqual({ ok: true, words })
    }),
  )
})

test('words without anything special are those that sh sees', () => {
  const piece = fc.constantFrom('a', 'b', ' ', '\t', "'", '"', '\\\\', '\\"', "'x y'", '"p q"', '\\ ', '-', '=')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const line = pieces.join('')
      const split = splitWords(line)
      fc.pre(split.ok)
      const shell = spawnSync('sh', ['-c', `set -- ${line}\nfor word; do printf '%s\\0' "$word"; done`])
      expect(split.ok && split.words.map((word) => `${word}\0`).join('')).toBe(shell.stdout.toString())
    }),
    { numRuns: 40 }, // each starts a shell
  )
})
