import { execFile } from 'node:child_process'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A key pair for tests. `publicKey` is one line as in authorized_keys; `fingerprint` is `SHA256:…` as ssh prints it. */
export interface TestKey {
  privateKey: string
  publicKey: string
  fingerprint: string
}

/**
 * What to make. `pem` is PKCS#1 for rsa, SEC1 for ecdsa and PKCS#8 for ed25519 (which OpenSSH itself never writes).
 * Without a passphrase the private key is plain. `bits` counts for rsa only: 2048 take about 0.2 s, 4096 over 1 s.
 */
export interface KeyWish {
  type: 'ed25519' | 'rsa' | 'ecdsa'
  format?: 'openssh' | 'pem'
  passphrase?: string
  comment?: string
  bits?: number
}

/** A fresh key of any kind. Needs ssh-keygen, but for plain ed25519 and for ed25519 in PEM. */
export async function makeKey(wish: KeyWish): Promise<TestKey> {
  if (wish.type === 'ed25519' && wish.format === 'pem') return ed25519Pem(wish)
  if (wish.type === 'ed25519' && wish.passphrase === undefined) return makeEd25519(wish.comment)
  return await byKeygen(wish)
}

/** A fresh plain ed25519 key in OpenSSH format, made without any program: under 1 ms. */
export function makeEd25519(comment = 'rehearsal'): TestKey {
  const { publicBytes, seed } = ed25519Parts()
  const publicBlob = Buffer.concat([field('ssh-ed25519'), field(publicBytes)])
  const check = randomBytes(4)
  const secret = [field('ssh-ed25519'), field(publicBytes), field(Buffer.concat([seed, publicBytes])), field(comment)]
  const body = Buffer.concat([check, check, ...secret])
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, index) => index + 1))
  // OpenSSH PROTOCOL.key: magic, cipher, kdf, kdf options, number of keys, public key, padded secret part.
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([body, padding])),
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    ...publicSide(publicBlob, 'ssh-ed25519', comment),
  }
}

/** `SHA256:…` of a public key line or of its base64 part, as `ssh-keygen -l` prints it. */
export function fingerprintOf(publicKey: string): string {
  const [first = '', second] = publicKey.trim().split(/\s+/)
  return fingerprintOfBlob(Buffer.from(second ?? first, 'base64'))
}

async function byKeygen(wish: KeyWish): Promise<TestKey> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-key-'))
  try {
    const path = join(folder, 'key')
    const bits = wish.type === 'rsa' ? ['-b', String(wish.bits ?? 2048)] : []
    const format = wish.format === 'pem' ? ['-m', 'PEM'] : []
    const words = ['-q', '-t', wish.type, ...bits, ...format, '-N', wish.passphrase ?? '', '-C', wish.comment ?? '']
    await run('ssh-keygen', [...words, '-f', path])
    const [privateKey, publicLine] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')])
    const publicKey = publicLine.trim()
    return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function ed25519Pem(wish: KeyWish): TestKey {
  const pair = generateKeyPairSync('ed25519')
  const cipher = wish.passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase: wish.passphrase }
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString()
  const blob = Buffer.concat([field('ssh-ed25519'), field(rawPublic(pair.publicKey.export({ format: 'jwk' }).x))])
  return { privateKey, ...publicSide(blob, 'ssh-ed25519', wish.comment ?? 'rehearsal') }
}

function ed25519Parts(): { publicBytes: Buffer; seed: Buffer } {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { publicBytes: rawPublic(x), seed: rawPublic(d) }
}

function rawPublic(part: string | undefined): Buffer {
  if (part === undefined) throw new Error('node:crypto gave an ed25519 key without its bytes')
  return Buffer.from(part, 'base64url')
}

function publicSide(blob: Buffer, type: string, comment: string): { publicKey: string; fingerprint: string } {
  return { publicKey: `${type} ${blob.toString('base64')} ${comment}`, fingerprint: fingerprintOfBlob(blob) }
}

function fingerprintOfBlob(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** An SSH string: four bytes of length, then the bytes (RFC 4251 §5). */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
