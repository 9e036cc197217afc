import { createHash } from 'node:crypto'
import { type KnownKey, knownKeys } from './known-hosts.ts'

/** What is known of a host's key before it shows one. */
export interface Trust {
  /** `ssh-ed25519 AAAA…`; decides alone where there is one. */
  pin: string | null
  mode: 'strict' | 'accept-new'
  known: readonly KnownKey[]
}

/**
 * `trusted`: it is the one; `new`: none was known and the profile lets it in; `unknown`: none was known, and that is refused;
 * `changed`: another one was known, `expected`; `revoked`: known_hosts forbids it.
 */
export type KeyVerdict =
  | { kind: 'trusted' | 'new' | 'unknown' | 'revoked'; offered: string }
  | { kind: 'changed'; offered: string; expected: string }

/** What is known of a host, from its pin and its profile's known_hosts. */
export function trustFor(access: {
  hostname: string
  port: number
  hostKey: string | null
  hostKeys: 'strict' | 'accept-new'
  knownHosts: string | null
}): Trust {
  const known = access.knownHosts === null ? [] : knownKeys(access.knownHosts, access)
  return { pin: access.hostKey === null ? null : withoutComment(access.hostKey), mode: access.hostKeys, known }
}

/** Judges a shown key. `blob` is what the wire has: type and key in SSH's own form. */
export function judgeKey(blob: Buffer, { pin, mode, known }: Trust): KeyVerdict {
  const offered = keyLine(blob)
  if (known.some(({ key, revoked }) => revoked && key === offered)) return { kind: 'revoked', offered }
  if (pin !== null) return pin === offered ? { kind: 'trusted', offered } : { kind: 'changed', offered, expected: pin }
  const valid = known.filter(({ revoked }) => !revoked)
  if (valid.some(({ key }) => key === offered)) return { kind: 'trusted', offered }
  const [other] = valid
  if (other !== undefined) return { kind: 'changed', offered, expected: other.key }
  return { kind: mode === 'accept-new' ? 'new' : 'unknown', offered }
}

/** The types of the keys that would be trusted: a server has keys of several types and shows the one it is asked for. */
export function trustedTypes({ pin, known }: Trust): string[] {
  if (pin !== null) return [typeOf(pin)]
  return known.filter(({ revoked }) => !revoked).map(({ key }) => typeOf(key))
}

/** `SHA256:…` of `ssh-ed25519 AAAA…`, as ssh-keygen -l prints it. */
export function fingerprint(line: string): string {
  const blob = Buffer.from(line.split(' ')[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

function keyLine(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0
  return `${blob.toString('latin1', 4, 4 + length)} ${blob.toString('base64')}`
}

function withoutComment(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(' ')
}

function typeOf(line: string): string {
  return line.split(' ')[0] ?? ''
}
