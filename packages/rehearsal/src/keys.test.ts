import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { describe, expect, test } from 'vitest'
import { fingerprintOf, type KeyWish, makeEd25519, makeKey } from './keys.ts'
import { requirePart } from './parts.ts'

const run = promisify(execFile)

describe.skipIf(requirePart('ssh-keygen').skip)('test keys', () => {
  test('an ed25519 key made without ssh-keygen is one that ssh-keygen reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rehearsal-keys-test-'))
    try {
      const key = makeEd25519('ann@shop')
      await writeFile(join(folder, 'key'), key.privateKey, { mode: 0o600 })
      await writeFile(join(folder, 'key.pub'), `${key.publicKey}\n`)
      expect((await run('ssh-keygen', ['-y', '-f', join(folder, 'key')])).stdout.trim()).toBe(key.publicKey)
      const listed = (await run('ssh-keygen', ['-l', '-f', join(folder, 'key.pub')])).stdout
      expect(listed).toBe(`256 ${key.fingerprint} ann@shop (ED25519)\n`)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  const wishes: (KeyWish & { begins: string })[] = [
    { type: 'ed25519', begins: '-----BEGIN OPENSSH PRIVATE KEY-----' },
    { type: 'ed25519', passphrase: 'long enough', begins: '-----BEGIN OPENSSH PRIVATE KEY-----' },
    { type: 'rsa', begins: '-----BEGIN OPENSSH PRIVATE KEY-----' },
    { type: 'rsa', format: 'pem', begins: '-----BEGIN RSA PRIVATE KEY-----' },
    { type: 'rsa', format: 'pem', passphrase: 'long enough', begins: '-----BEGIN RSA PRIVATE KEY-----' },
    { type: 'ecdsa', begins: '-----BEGIN OPENSSH PRIVATE KEY-----' },
    { type: 'ecdsa', format: 'pem', passphrase: 'long enough', begins: '-----BEGIN EC PRIVATE KEY-----' },
  ]
  test.each(wishes)('$type, $format, passphrase $passphrase', async ({ begins, ...wish }) => {
    const key = await makeKey(wish)
    const read = ssh2.utils.parseKey(key.privateKey, wish.passphrase)
    if (read instanceof Error) throw read
    expect(key.privateKey.split('\n')[0]).toBe(begins)
    expect(read.getPublicSSH().toString('base64')).toBe(key.publicKey.split(' ')[1])
    expect(fingerprintOf(key.publicKey)).toBe(key.fingerprint)
    if (wish.passphrase !== undefined) expect(ssh2.utils.parseKey(key.privateKey)).toBeInstanceOf(Error)
  })

  test('ed25519 in PEM is PKCS#8', async () => {
    expect((await makeKey({ type: 'ed25519', format: 'pem' })).privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    const locked = await makeKey({ type: 'ed25519', format: 'pem', passphrase: 'long enough' })
    expect(locked.privateKey).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
  })
})
