import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base32, newTotpSecret, otpauthUri, totpAt, totpStep } from './totp.ts'

const rfcSecret = base32(Buffer.from('12345678901234567890'))

// RFC 6238, appendix B: the codes there have eight digits, of which these are the last six.
test.each([
  { seconds: 59, code: '287082' },
  { seconds: 1_111_111_109, code: '081804' },
  { seconds: 1_111_111_111, code: '050471' },
  { seconds: 1_234_567_890, code: '005924' },
  { seconds: 2_000_000_000, code: '279037' },
  { seconds: 20_000_000_000, code: '353130' },
])('RFC 6238: at $seconds s the code is $code', ({ seconds, code }) => {
  expect(totpAt(rfcSecret, seconds * 1_000)).toBe(code)
})

// RFC 4648 §10, without its padding.
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648: "%s" is "%s" in Base32', (text, expected) => expect(base32(Buffer.from(text))).toBe(expected))

describe('a code', () => {
  const now = 1_700_000_010_000
  const step = Math.floor(now / 30_000)

  test.each([
    { name: 'of two steps ago is too old', offset: -2, taken: false },
    { name: 'of the step before is taken', offset: -1, taken: true },
    { name: 'of now is taken', offset: 0, taken: true },
    { name: 'of the next step is taken', offset: 1, taken: true },
    { name: 'of the step after that is too early', offset: 2, taken: false },
  ])('$name', ({ offset, taken }) => {
    const code = totpAt(rfcSecret, now + offset * 30_000)
    expect(totpStep(rfcSecret, code, { now, after: 0 })).toBe(taken ? step + offset : undefined)
  })

  test('is taken once, and none before it afterwards', () => {
    const [before, present, next] = [-30_000, 0, 30_000].map((offset) => totpAt(rfcSecret, now + offset))
    const given = { now, after: step }
    expect([before, present, next].map((code) => totpStep(rfcSecret, code ?? '', given))).toEqual([
      undefined,
      undefined,
      step + 1,
    ])
  })

  test('that was made with any secret is found with that secret', () => {
    const secrets = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(base32)
    fc.assert(
      fc.property(secrets, fc.integer({ min: 60_000, max: 4e12 }), (secret, at) => {
        expect(totpStep(secret, totpAt(secret, at), { now: at, after: 0 })).toBeLessThanOrEqual(at / 30_000 + 1)
      }),
    )
  })
})

test('an app is told everything by one address', () => {
  expect(otpauthUri('MZXW6', { account: 'ada', issuer: 'tscaler at work' })).toBe(
    'otpauth://totp/tscaler%20at%20work:ada?secret=MZXW6&issuer=tscaler%20at%20work&algorithm=SHA1&digits=6&period=30',
  )
  expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/)
  expect(base32(randomBytes(20))).toHaveLength(32)
})
