/**
 * Host keys from a machine's console, as cloud-init writes them: public key lines between two marks, each with or without a prefix of the log
 * (`ec2: `, `[ 12.3] cloud-init[801]: `). `ssh-ed25519 AAAA…`, without comments; null where there is no whole block with a well-formed key
 * yet. Fingerprints alone are nothing to pin. The first block counts: it was written at the first boot, before anybody could log in.
 */
export function consoleKeys(output: string): readonly string[] | null {
  for (const [, block = ''] of output.matchAll(BLOCK)) {
    const keys = block.split('\n').flatMap((line) => {
      const [, type, blob] = KEY.exec(line) ?? []
      return type !== undefined && blob !== undefined && isPublicKey(type, blob) ? [`${type} ${blob}`] : []
    })
    if (keys.length > 0) return [...new Set(keys)]
  }
  return null
}

const BLOCK = /-----BEGIN SSH HOST KEY KEYS-----([\s\S]*?)-----END SSH HOST KEY KEYS-----/g
const KEY = /(?:^|\s)(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) +([A-Za-z0-9+/]+={0,2})(?:\s|$)/

/** How many fields a key has behind its type (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4). */
const FIELDS: Readonly<Record<string, number>> = { 'ssh-ed25519': 1, 'ssh-rsa': 2 }
const ECDSA_FIELDS = 2

/** Kernel messages cut into the lines of a console: only what is a whole key to the last byte is one. */
function isPublicKey(type: string, blob: string): boolean {
  const bytes = Buffer.from(blob, 'base64')
  if (bytes.toString('base64') !== blob) return false
  const fields: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return false
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) return false
    fields.push(bytes.subarray(at + 4, end))
    at = end
  }
  const [name, ...rest] = fields
  if (name?.toString('latin1') !== type || rest.some((field) => field.length === 0)) return false
  if (type === 'ssh-ed25519' && rest[0]?.length !== 32) return false
  return rest.length === (FIELDS[type] ?? ECDSA_FIELDS)
}
