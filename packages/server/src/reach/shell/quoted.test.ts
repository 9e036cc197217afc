import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quoted } from './quoted.ts'

test.each([
  { name: 'nothing', text: '', expected: "''" },
  { name: 'a quote', text: "it's", expected: `'it'\\''s'` },
  { name: 'what a shell would read', text: '$HOME `id` "\\', expected: `'$HOME \`id\` "\\'` },
])('quotes $name', ({ text, expected }) => expect(quoted(text)).toBe(expected))

test('any text without NUL comes back from sh as it was', () => {
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'))
  const tricky = fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', 'a', ' ', '*') })
  fc.assert(
    fc.property(fc.array(fc.oneof(text, tricky), { minLength: 1, maxLength: 20 }), (texts) => {
      const script = texts.map((one) => `printf '%s\\0' ${quoted(one)}`).join('\n')
      const out = execFileSync('/bin/sh', { input: script }).toString()
      expect(out).toBe(texts.map((one) => `${Buffer.from(one).toString()}\0`).join(''))
    }),
    { numRuns: 50 },
  )
})
