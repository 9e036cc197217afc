import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { envFile } from './env-file.ts'

test('a shell that reads it hands exactly these values on', () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/).map((text) => `T_${text}`)
  const value = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (env) => {
      const seen = execFileSync('/bin/sh', ['-c', 'eval "$(cat)"; exec env -0'], {
        input: envFile(env),
        env: {},
      }).toString()
      const own = seen.split('\0').filter((pair) => pair.startsWith('T_'))
      expect(own.sort()).toEqual(
        Object.entries(env)
          .map(([key, text]) => `${key}=${Buffer.from(text).toString()}`)
          .sort(),
      )
    }),
    { numRuns: 50 },
  )
})

test('a quote in a value ends nothing', () => {
  expect(envFile({ TITLE: "it's" })).toBe(`TITLE='it'\\''s'\nexport TITLE\n`)
})

const refused: { name: string; env: Record<string, string>; expected: string }[] = [
  {
    name: 'a name with a blank',
    env: { 'A B': 'x' },
    expected: 'Environment: got the name "A B", expected letters, digits and _.',
  },
  {
    name: 'a name that would be shell text',
    env: { 'A;id': 'x' },
    expected: 'Environment: got the name "A;id", expected letters, digits and _.',
  },
  {
    name: 'NUL in a value',
    env: { A: 'secret\0' },
    expected: 'Environment: the value of A holds a NUL character, which no environment can. Remove it.',
  },
]

test.each(refused)('refuses $name', ({ env, expected }) => expect(() => envFile(env)).toThrow(expected))
