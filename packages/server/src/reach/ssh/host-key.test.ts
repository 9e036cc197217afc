import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { expect, test } from 'vitest'
import { fingerprint, judgeKey, type Trust, trustedTypes, trustFor } from './host-key.ts'

const [own, other] = [makeEd25519(), makeEd25519()]
const line = (key: { publicKey: string }) => key.publicKey.split(' ').slice(0, 2).join(' ')
const blob = (key: { publicKey: string }) => Buffer.from(key.publicKey.split(' ')[1] ?? '', 'base64')
const known = (key: { publicKey: string }, revoked = false) => [{ key: line(key), revoked }]

const rows: { name: string; trust: Trust; expected: string }[] = [
  { name: 'the pinned key', trust: { pin: line(own), mode: 'strict', known: [] }, expected: 'trusted' },
  {
    name: 'another key than the pinned one',
    trust: { pin: line(other), mode: 'strict', known: [] },
    expected: 'changed',
  },
  {
    name: 'another key than the pinned one, accepting new ones',
    trust: { pin: line(other), mode: 'accept-new', known: [] },
    expected: 'changed',
  },
  {
    name: 'the pin decides, not known_hosts',
    trust: { pin: line(other), mode: 'strict', known: known(own) },
    expected: 'changed',
  },
  { name: 'a key of known_hosts', trust: { pin: null, mode: 'strict', known: known(own) }, expected: 'trusted' },
  {
    name: 'one of several keys of known_hosts',
    trust: { pin: null, mode: 'strict', known: [...known(other), ...known(own)] },
    expected: 'trusted',
  },
  {
    name: 'another key than known_hosts has',
    trust: { pin: null, mode: 'accept-new', known: known(other) },
    expected: 'changed',
  },
  {
    name: 'a revoked key, although pinned',
    trust: { pin: line(own), mode: 'strict', known: known(own, true) },
    expected: 'revoked',
  },
  {
    name: 'another key is revoked',
    trust: { pin: null, mode: 'accept-new', known: known(other, true) },
    expected: 'new',
  },
  { name: 'a first key, strict', trust: { pin: null, mode: 'strict', known: [] }, expected: 'unknown' },
  { name: 'a first key, accepting new ones', trust: { pin: null, mode: 'accept-new', known: [] }, expected: 'new' },
]

test.each(rows)('$name is $expected', ({ trust, expected }) => {
  expect(judgeKey(blob(own), trust)).toMatchObject({ kind: expected, offered: line(own) })
})

test('bytes that are no key are another key', () => {
  expect(judgeKey(Buffer.from([1]), { pin: line(own), mode: 'strict', known: [] }).kind).toBe('changed')
})

test("a pin may have a comment, and its fingerprint is ssh-keygen's", () => {
  const trust = trustFor({
    hostname: 'h',
    port: 22,
    hostKey: ` ${own.publicKey}\n`,
    hostKeys: 'strict',
    knownHosts: null,
  })
  expect(judgeKey(blob(own), trust).kind).toBe('trusted')
  expect(fingerprint(line(own))).toBe(own.fingerprint)
})

test('the types to ask for are those of the keys that would be trusted', () => {
  expect(trustedTypes({ pin: line(own), mode: 'strict', known: [{ key: 'ssh-rsa AAAA', revoked: false }] })).toEqual([
    'ssh-ed25519',
  ])
  expect(
    trustedTypes({ pin: null, mode: 'strict', known: [{ key: 'ssh-rsa AAAA', revoked: false }, ...known(own, true)] }),
  ).toEqual(['ssh-rsa'])
})
