import { generateKeyPairSync } from 'node:crypto'
import { type KeyWish, makeKey } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { readPrivateKey } from './private-key.ts'

const { skip } = requirePart('ssh-keygen')
const types = ['ed25519', 'rsa', 'ecdsa'] as const
const wishes: KeyWish[] = types.flatMap((type) =>
  (['openssh', 'pem'] as const).flatMap((format) => [
    { type, format },
    { type, format, passphrase: 'open sesame' },
  ]),
)

describe.skipIf(skip)('private keys', () => {
  test.each(wishes)('$type, $format, passphrase $passphrase', async (wish) => {
    const made = await makeKey(wish)
    const read = readPrivateKey(made.privateKey, wish.passphrase ?? null)
    expect(read.kind).toBe('key')
    if (read.kind === 'key') expect(read.key.getPublicSSH().toString('base64')).toBe(made.publicKey.split(' ')[1])
    if (wish.passphrase !== undefined) {
      expect(readPrivateKey(made.privateKey, null)).toMatchObject({
        kind: 'bad',
        why: expect.stringContaining('passphrase'),
      })
      expect(readPrivateKey(made.privateKey, 'wrong')).toMatchObject({
        kind: 'bad',
        why: expect.stringContaining('wrong'),
      })
    }
  })

  test.each(['rsa', 'ec'] as const)('%s in PKCS#8', (type) => {
    const pem = { type: 'pkcs8', format: 'pem' } as const
    const pair =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(readPrivateKey(pair.privateKey.export(pem).toString(), null).kind).toBe('key')
  })

  test.each([
    { name: 'nothing', text: '', why: 'it is no private key in OpenSSH, PEM or PuTTY format' },
    {
      name: 'a damaged PKCS#8',
      text: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
      why: 'it is damaged',
    },
    {
      name: 'a public key',
      text: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHKj+sVa9WcD/q2DJUJaf43Kptc8xYuUQA4bOFj9vC8T',
      why: 'it is a public key, not a private one',
    },
  ])('$name is none', ({ text, why }) => expect(readPrivateKey(text, null)).toEqual({ kind: 'bad', why }))
})
