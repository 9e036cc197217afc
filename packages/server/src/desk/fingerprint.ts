import { createHash } from 'node:crypto'

/** `SHA256:…` of a public key's line, as `ssh-keygen -l` prints it; null where there is none. */
export function fingerprintOf(key: string | null): string | null {
  const blob = key?.split(' ')[1]
  if (blob === undefined) return null
  return `SHA256:${createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')}`
}
