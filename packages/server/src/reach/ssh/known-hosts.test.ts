import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { knownKeys } from './known-hosts.ts'

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA'

function hashed(name: string): string {
  const salt = Buffer.from('0123456789abcdefghij')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('knownKeys', () => {
  test.each([
    { name: 'a plain name', line: `shop01 ${key}`, found: true },
    { name: 'a name among others', line: `gw,shop01,10.0.0.11 ${key} ops@desk`, found: true },
    { name: 'an address', line: `10.0.0.11 ${key}`, found: false },
    { name: 'upper case', line: `SHOP01 ${key}`, found: true },
    { name: 'a wildcard', line: `shop* ${key}`, found: true },
    { name: 'a question mark', line: `shop0? ${key}`, found: true },
    { name: 'a dot is a dot', line: `shop.1 ${key}`, found: false },
    { name: 'a negation wins', line: `shop*,!shop01 ${key}`, found: false },
    { name: 'a hashed name', line: `${hashed('shop01')} ${key}`, found: true },
    { name: 'another hashed name', line: `${hashed('shop02')} ${key}`, found: false },
    { name: 'another port', line: `[shop01]:2222 ${key}`, found: false },
    { name: 'a comment', line: `# shop01 ${key}`, found: false },
    { name: 'a certificate authority', line: `@cert-authority shop01 ${key}`, found: false },
    { name: 'too few fields', line: 'shop01 ssh-ed25519', found: false },
  ])('$name', ({ line, found }) => {
    const expected = found ? [{ key, revoked: false }] : []
    expect(knownKeys(`\n${line}\r\n`, { hostname: 'shop01', port: 22 })).toEqual(expected)
  })

  test('a port of its own stands in brackets, also hashed', () => {
    const host = { hostname: 'shop01', port: 2222 }
    expect(knownKeys(`[shop01]:2222 ${key}`, host)).toHaveLength(1)
    expect(knownKeys(`${hashed('[shop01]:2222')} ${key}`, host)).toHaveLength(1)
    expect(knownKeys(`shop01 ${key}`, host)).toEqual([])
  })

  test('a revoked key says so', () => {
    expect(knownKeys(`@revoked * ${key}`, { hostname: 'shop01', port: 22 })).toEqual([{ key, revoked: true }])
  })

  test('no text makes it throw', () => {
    const line = fc.string({ unit: fc.constantFrom('a', '*', '?', '!', '[', '(', '\\', '|', ' ', '\n', ',', '@', '1') })
    fc.assert(fc.property(line, (text) => Array.isArray(knownKeys(text, { hostname: 'a', port: 22 }))))
  })
})
