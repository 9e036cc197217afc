import { createPrivateKey, type KeyObject } from 'node:crypto'
import ssh2, { type ParsedKey } from 'ssh2'

/** A key that signs, or why the text is none, as the end of a sentence. */
export type ReadKey = { kind: 'key'; key: ParsedKey } | { kind: 'bad'; why: string }

/** Reads a private key: OpenSSH, PuTTY, PKCS#1, SEC1 and PKCS#8, each with or without a passphrase. Takes up to a second where there is one. */
export function readPrivateKey(text: string, passphrase: string | null): ReadKey {
  const own = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text) ? fromPkcs8(text, passphrase) : text
  if (typeof own !== 'string') return own
  const parsed = ssh2.utils.parseKey(own, passphrase ?? undefined)
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error || key === undefined) return { kind: 'bad', why: whyBad(key?.message ?? '', passphrase) }
  return key.isPrivateKey() ? { kind: 'key', key } : { kind: 'bad', why: 'it is a public key, not a private one' }
}

function whyBad(message: string, passphrase: string | null): string {
  if (/no passphrase/i.test(message)) return 'it has a passphrase, and the profile gives none'
  if (passphrase !== null && /decrypt|passphrase|malformed|integrity|bad/i.test(message))
    return 'its passphrase is wrong'
  return 'it is no private key in OpenSSH, PEM or PuTTY format'
}

/** ssh2 does not read PKCS#8: made into a form that it does read. */
function fromPkcs8(text: string, passphrase: string | null): string | ReadKey {
  let key: KeyObject
  try {
    key = createPrivateKey({ key: text, ...(passphrase === null ? {} : { passphrase }) })
  } catch {
    const why = text.includes('ENCRYPTED') ? 'its passphrase is missing or wrong' : 'it is damaged'
    return { kind: 'bad', why }
  }
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString()
  if (key.asymmetricKeyType === 'ed25519') return openSshEd25519(key)
  return { kind: 'bad', why: `its type is ${key.asymmetricKeyType ?? 'unknown'}, which SSH does not have` }
}

/** OpenSSH, PROTOCOL.key: magic, cipher, kdf, its options, number of keys, public key, padded private part. */
function openSshEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' })
  const [open, seed] = [Buffer.from(x, 'base64url'), Buffer.from(d, 'base64url')]
  const type = field(Buffer.from('ssh-ed25519'))
  const body = Buffer.concat([
    Buffer.alloc(8),
    type,
    field(open),
    field(Buffer.concat([seed, open])),
    field(Buffer.alloc(0)),
  ])
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, index) => index + 1))
  const none = field(Buffer.from('none'))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(Buffer.alloc(0)),
    Buffer.from([0, 0, 0, 1]),
    field(Buffer.concat([type, field(open)])),
    field(Buffer.concat([body, padding])),
  ])
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${file.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

/** An SSH string (RFC 4251 §5). */
function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
