import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masking } from './mask.ts'

test.each([
  { name: 'as it is', secret: 'hunter2!', text: 'password hunter2! given', expected: 'password ••• given' },
  { name: 'every time', secret: 'ab', text: 'ab ab', expected: '••• •••' },
  { name: 'with characters that patterns use', secret: 'a.*b', text: 'a.*b aXXb', expected: '••• aXXb' },
  { name: 'in a URL', secret: 'p@ss w', text: 'smtp://u:p%40ss%20w@h', expected: 'smtp://u:•••@h' },
  { name: 'in JSON', secret: 'say "hi"', text: String.raw`{"a":"say \"hi\""}`, expected: '{"a":"•••"}' },
  {
    name: 'a line of a key',
    secret: '-----BEGIN\nMIIEpAIBAAKCAQEA\n-----END',
    text: 'MIIEpAIBAAKCAQEA',
    expected: '•••',
  },
  { name: 'without the newline at its end', secret: 'token-1\n', text: 'token-1', expected: '•••' },
])('a secret is masked $name', ({ secret, text, expected }) => expect(masking([secret])(text)).toBe(expected))

test('the longer of two secrets goes first', () => {
  expect(masking(['abc', 'abcdef'])('abcdef abc')).toBe('••• •••')
})

test('an empty secret masks nothing', () => expect(masking([''])('text')).toBe('text'))

test('no text with the secret in it shows it, nor its base64, whatever stands around it', () => {
  const secret = fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme-ascii' }).filter((one) => one.trim() === one)
  const around = fc.string({ unit: 'grapheme-ascii', maxLength: 12 })
  fc.assert(
    fc.property(secret, around, around, (hidden, before, after) => {
      const hide = masking([hidden])
      expect(hide(`${before}${hidden}${after}`)).toContain('•••')
      for (const encoding of ['base64', 'base64url'] as const) {
        expect(hide(Buffer.from(`${before}${hidden}${after}`).toString(encoding))).toContain('•••')
      }
    }),
  )
})
