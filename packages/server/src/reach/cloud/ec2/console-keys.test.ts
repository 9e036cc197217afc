import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consoleKeys } from './console-keys.ts'

const { publicKey } = makeEd25519('root@ip-10-0-0-9')
const key = publicKey.split(' ').slice(0, 2).join(' ')
const other = makeEd25519().publicKey.split(' ').slice(0, 2).join(' ')
/** Made by ssh-keygen, so that the test needs none. */
const rsa =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7J1UbSGIv0btg1bJzloIG9fIBiY1CGXTvpHVYSQQzJbMyIuESTbcXYunQZ1LVuE2XCo1fRAm3O7H9PGG4g+E4eTut96UbUjNLrzb1w6y/1VS1M9AayikpaP85V2Qz0xtTvOquIEtZLFT8uEUgEM6PR2RlOrjauS9pVRqzyZh6mBodDonqJgwk0DPrtdVFJ/bRqgMQAbMx0anRpGJQ3TvhVvlYsWwiQP1bpbhqnFb0jezDamkGXj3+1bVMHhaJqPzedTrfH0P/ynEDmLCavMa71Wqrm1bCFgPKcj81KZrSqxuqs4x6yXRHQaP25KO24r4Cz16Yz1PqVKB0OlvwGlqH'
const ecdsa =
  'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBNXWrFINpykgrkx5nz+fsArns13Fzw+GoEpBXS/2EF6kzFHLaUgI6zusmexj/jnUEV583SgiCa621bB1VrC2oyw='
const begin = '-----BEGIN SSH HOST KEY KEYS-----'
const end = '-----END SSH HOST KEY KEYS-----'
const prints = [
  '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
  '256 SHA256:KT3m1JxO2tJd9KZ5hG1hJ2dN9bJc0aQ3b1y0w8x7v6U root@ip-10-0-0-9 (ED25519)',
  '-----END SSH HOST KEY FINGERPRINTS-----',
]

test.each([
  { name: 'nothing', lines: [], expected: null },
  { name: 'a boot that is not over', lines: ['[    0.000000] Linux version 6.1.0'], expected: null },
  { name: 'fingerprints alone', lines: prints, expected: null },
  { name: 'a block', lines: [...prints, begin, publicKey, end, 'login:'], expected: [key] },
  {
    name: 'all kinds of keys',
    lines: [begin, `${ecdsa} root@a`, `${key} root@a`, `${rsa} root@a`, end],
    expected: [ecdsa, key, rsa],
  },
  { name: 'a block without its end', lines: [begin, publicKey], expected: null },
  { name: 'a block without keys', lines: [begin, end], expected: null },
  { name: 'the log’s prefixes of old', lines: [`ec2: ${begin}`, `ec2: ${publicKey}`, `ec2: ${end}`], expected: [key] },
  {
    name: 'the log’s prefixes of today',
    lines: [`<14>Nov 24 22:30:00 cloud-init: ${begin}`, `[   9.1] cloud-init[612]: ${publicKey}`, `<14>${end}`],
    expected: [key],
  },
  {
    name: 'a kernel message between keys',
    lines: [begin, publicKey, '[   10.1] random: crng init done', other, end],
    expected: [key, other],
  },
  {
    name: 'a kernel message in a key',
    lines: [begin, `${key.slice(0, 40)}[   10.1] random`, other, end],
    expected: [other],
  },
  { name: 'a key that is cut', lines: [begin, key.slice(0, -8), other, end], expected: [other] },
  {
    name: 'a key of another type than it says',
    lines: [begin, key.replace('ssh-ed25519', 'ssh-rsa'), other, end],
    expected: [other],
  },
  { name: 'a key outside of the block', lines: [other, begin, publicKey, end, other], expected: [key] },
  {
    name: 'a later block, written by who was logged in',
    lines: [begin, publicKey, end, begin, other, end],
    expected: [key],
  },
  { name: 'the same key twice', lines: [begin, publicKey, publicKey, end], expected: [key] },
])('$name', ({ lines, expected }) => {
  expect(consoleKeys(lines.join('\r\n'))).toEqual(expected)
  expect(consoleKeys(lines.join('\n'))).toEqual(expected)
})

test('no text has a key that is not whole', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(consoleKeys(text)).toBeNull()
      expect(consoleKeys(`${begin}\nssh-ed25519 ${text}\n${end}`)).toBeNull()
    }),
  )
})
