import fc from 'fast-check'
import { expect, test } from 'vitest'
import { said } from './said.ts'

test.each([
  {
    name: 'one line, without its full stop',
    message: 'The image id\n  does not exist.',
    expected: 'The image id does not exist',
  },
  {
    name: 'the encoded message goes',
    message: 'You are not authorized. Encoded authorization failure message: abc-DEF_1',
    expected: 'You are not authorized',
  },
  { name: 'a signature goes', message: `signature ${'f0'.repeat(32)} differs`, expected: 'signature ••• differs' },
  {
    name: 'an ARN stays',
    message: 'User: arn:aws:iam::123456789012:user/tscaler-production',
    expected: 'User: arn:aws:iam::123456789012:user/tscaler-production',
  },
  {
    name: 'a word of a secret goes',
    message: 'bad value swordfish9 here',
    secrets: ['PASSWORD=swordfish9'],
    expected: 'bad value ••• here',
  },
  {
    name: 'a secret in base64 goes',
    message: `bad ${Buffer.from('a b c d e f').toString('base64')}`,
    secrets: ['a b c d e f'],
    expected: 'bad •••',
  },
  { name: 'a long one is cut', message: 'word '.repeat(100), expected: `${'word '.repeat(60)}…` },
])('$name', ({ message, secrets = [], expected }) => {
  expect(said(message, secrets)).toBe(expected)
})

test('no word of a secret is ever in it', () => {
  const word = fc.stringMatching(/^[a-z0-9+/$-]{8,20}$/)
  fc.assert(
    fc.property(word, word, fc.string(), fc.string(), (first, second, before, after) => {
      const text = said(`${before} ${second} ${after} ${first}`, [`A=${first}\nB='${second}'`])
      expect(text).not.toContain(first)
      expect(text).not.toContain(second)
    }),
  )
})
