import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomHex } from '../../model/ids.ts'
import type { Sealed } from '../../model/record.ts'
import { openVault } from './vault.ts'

const [first, second] = [randomHex(32), randomHex(32)]
const plain = fc.string({ unit: 'grapheme', maxLength: 200 })

describe('envelopes', () => {
  test('what was sealed opens to the same text', () => {
    const vault = openVault(first)
    fc.assert(fc.property(plain, (text) => vault.open(vault.seal(text)) === text))
  })

  test('another vault with the same key opens them', () => {
    fc.assert(fc.property(plain, (text) => openVault(first).open(openVault(first).seal(text)) === text))
  })

  test('the same text gives another envelope each time, of letters that need no quoting', () => {
    const vault = openVault(first)
    const [one, other] = [vault.seal('secret'), vault.seal('secret')]
    expect(one).not.toBe(other)
    expect(one).toMatch(/^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/)
  })

  test('any change of any character keeps them shut', () => {
    const vault = openVault(first)
    const property = fc.property(plain, fc.nat(), fc.constantFrom(...'aZ09_-.'), (text, at, letter) => {
      const sealed = vault.seal(text)
      const index = at % sealed.length
      const changed = `${sealed.slice(0, index)}${letter}${sealed.slice(index + 1)}`
      fc.pre(!sameBytes(changed, sealed))
      expect(() => vault.open(changed as Sealed)).toThrow(expect.objectContaining({ code: 'wrong-secret-key' }))
    })
    fc.assert(property, { numRuns: 500 })
  })

  test.each([
    { name: 'nothing', text: '' },
    { name: 'plain text', text: 'hunter2' },
    { name: 'another form', text: 'v2.abcdefgh.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa.aa' },
    { name: 'an envelope cut short', text: openVault(first).seal('x').slice(0, 20) },
  ])('$name is no envelope', ({ text }) => {
    expect(() => openVault(first).open(text as Sealed)).toThrow(
      'A secret in the store is no envelope of this program. Enter the secret again.',
    )
  })

  test('an envelope of another key is refused by key ids, never by keys', () => {
    const id = (vault: ReturnType<typeof openVault>) => vault.seal('').split('.')[1]
    const [one, other] = [openVault(first), openVault(second)]
    expect(() => other.open(one.seal('x'))).toThrow(
      `A secret was sealed with key ${id(one)}, and the server has ${id(other)}. Put that key after the current one in TSCALER_SECRET_KEY or its file, or enter the secret again.`,
    )
  })

  test('a changed envelope says so', () => {
    const vault = openVault(first)
    const sealed = vault.seal('secret')
    const changed = `${sealed.slice(0, -1)}${sealed.endsWith('A') ? 'Q' : 'A'}` as Sealed
    expect(() => vault.open(changed)).toThrow(/was changed in the store and does not open\. Enter the secret again\.$/)
  })
})

describe('rotation', () => {
  const [old, rotated] = [openVault(first), openVault(`${second}\n${first}\n`)]

  test('the new key seals, the older ones still open', () => {
    const sealed = old.seal('secret')
    expect(rotated.open(sealed)).toBe('secret')
    expect([rotated.isCurrent(sealed), rotated.isCurrent(rotated.seal('secret'))]).toEqual([false, true])
    expect(openVault(second).open(rotated.seal('secret'))).toBe('secret')
  })

  test('what was exported before it still compares', () => {
    const exported = old.digest('secret')
    expect([rotated.matches('secret', exported), rotated.matches('Secret', exported)]).toEqual([true, false])
    expect([
      rotated.matches('secret', rotated.digest('secret')),
      old.matches('secret', rotated.digest('secret')),
    ]).toEqual([true, false])
  })
})

describe('digests', () => {
  test('are the same for the same text and key, and differ otherwise', () => {
    const [vault, other] = [openVault(first), openVault(second)]
    const property = fc.property(plain, plain, (one, another) => {
      expect(vault.digest(one)).toBe(openVault(first).digest(one))
      expect(vault.digest(one) === vault.digest(another)).toBe(one === another)
      expect(vault.digest(one)).not.toBe(other.digest(one))
      expect(vault.matches(one, vault.digest(another))).toBe(one === another)
    })
    fc.assert(property)
  })

  test('are 22 letters that need no quoting', () => {
    expect(openVault(first).digest('x')).toMatch(/^[\w-]{22}$/)
  })
})

describe('keys', () => {
  test.each([
    { name: 'hexadecimal', text: first },
    { name: 'base64', text: Buffer.from(first, 'hex').toString('base64') },
    { name: '32 characters', text: 'a'.repeat(32) },
    { name: 'spaces around', text: `  ${first}\r\n` },
    { name: 'several by comma', text: `${first},${second}` },
  ])('$name are taken', ({ text }) => {
    const vault = openVault(text)
    expect(vault.open(vault.seal('x'))).toBe('x')
  })

  test.each([
    { name: 'nothing', text: '', got: 'no key' },
    { name: 'white space', text: ' \n', got: 'no key' },
    { name: '31 characters', text: 'a'.repeat(31), got: 'one of 31 characters (number 1)' },
    { name: 'a second one that is none', text: `${first} pass!`, got: 'one of 5 characters (number 2)' },
  ])('$name is refused without being said', ({ text, got }) => {
    expect(() => openVault(text)).toThrow(
      `The secret key: got ${got}, expected 32 or more letters, digits, +, /, -, _ or =. Make one with "openssl rand -hex 32".`,
    )
  })
})

/** The last letter of base64url may differ and mean the same bytes. */
function sameBytes(one: string, other: string): boolean {
  const bytes = (text: string) =>
    text
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.')
  return one === other || bytes(one) === bytes(other)
}
