import { createHmac, randomBytes } from 'node:crypto'

// RFC 6238 with what every authenticator app takes for granted: SHA-1, 30 s, 6 digits.
const stepMs = 30_000
const digits = 6
/** Steps before and after now whose codes are taken: a phone's clock may be half a minute off, and people type slowly (RFC 6238 §5.2). */
const stepsAround = 1
/** RFC 4226 §4, R6: 160 bits, as long as SHA-1's own output. */
const secretBytes = 20

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A new secret in Base32, as people type it into an app. */
export function newTotpSecret(): string {
  return base32(randomBytes(secretBytes))
}

/** The code of a secret at an instant. */
export function totpAt(secret: string, at: number): string {
  return hotp(fromBase32(secret), Math.floor(at / stepMs))
}

/** The step whose code this is, of those around now and after the last one that was taken; undefined where it is none. */
export function totpStep(secret: string, code: string, { now, after }: { now: number; after: number }) {
  const key = fromBase32(secret)
  const present = Math.floor(now / stepMs)
  for (let step = present - stepsAround; step <= present + stepsAround; step++)
    if (step > after && hotp(key, step) === code) return step
  return undefined
}

/** What an app reads from a picture: `otpauth://totp/…` (Google Authenticator's Key URI Format). */
export function otpauthUri(secret: string, { account, issuer }: { account: string; issuer: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digits}&period=${stepMs / 1_000}`
}

/** RFC 4226 §5.3: four bytes of the digest, from where its last half byte says, without their sign. */
function hotp(key: Buffer, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha1', key).update(message).digest()
  const from = (digest.at(-1) ?? 0) & 0xf
  return `${(digest.readUInt32BE(from) & 0x7fffffff) % 10 ** digits}`.padStart(digits, '0')
}

/** RFC 4648 §6, without padding. */
export function base32(bytes: Uint8Array): string {
  let [text, bits, held] = ['', 0, 0]
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(held >> bits) & 31]
      held &= (1 << bits) - 1
    }
  }
  return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31]
}

function fromBase32(text: string): Buffer {
  const bytes: number[] = []
  let [bits, held] = [0, 0]
  for (const letter of text) {
    held = (held << 5) | alphabet.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push(held >> bits)
    held &= (1 << bits) - 1
  }
  return Buffer.from(bytes)
}
