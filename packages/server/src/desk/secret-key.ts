import { createHash } from 'node:crypto'
import { randomHex } from '../model/ids.ts'

/** Bytes of a secret that nobody can guess. */
const secretBytes = 32

/** A new secret with the key under which the store knows it: the key alone signs nobody in. */
export function newSecret(prefix = ''): { secret: string; key: string } {
  const secret = `${prefix}${randomHex(secretBytes)}`
  return { secret, key: keyOf(secret) }
}

/** SHA-256 in hexadecimal. A slow hash would add nothing: the secret is random. */
export function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
