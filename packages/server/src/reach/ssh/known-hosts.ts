import { createHmac } from 'node:crypto'

/** One key of a known_hosts file that stands for a host. */
export interface KnownKey {
  /** `ssh-ed25519 AAAA…` */
  key: string
  /** `@revoked`: this key must never be taken. */
  revoked: boolean
}

/**
 * The keys that a known_hosts text has for a host (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): plain, `[host]:port`, hashed, with wildcards
 * and negations. `@cert-authority` lines are left out: certificates are not understood here. Lines that make no sense are skipped.
 */
export function knownKeys(text: string, { hostname, port }: { hostname: string; port: number }): KnownKey[] {
  const names = port === 22 ? [hostname.toLowerCase()] : [`[${hostname.toLowerCase()}]:${port}`]
  const found: KnownKey[] = []
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/\s+/)
    const marker = fields[0]?.startsWith('@') ? fields.shift() : undefined
    const [hosts = '', type = '', blob = ''] = fields
    if (hosts.startsWith('#') || blob === '' || (marker !== undefined && marker !== '@revoked')) continue
    if (names.some((name) => matches(hosts, name)))
      found.push({ key: `${type} ${blob}`, revoked: marker === '@revoked' })
  }
  return found
}

function matches(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHashed(hosts, name)
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name))
}

/** `|1|salt|hash`: HMAC-SHA1 of the name under the salt, both in base64. */
function matchesHashed(hosts: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hosts.split('|')
  return version === '1' && createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
