import type { Algorithms } from 'ssh2'

/** Host key types and the signature algorithms that show them, best first. SHA-1 signatures (`ssh-rsa`) are not taken. */
const byKeyType = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
} as const satisfies Record<string, NonNullable<Algorithms['serverHostKey']>>

/**
 * What is offered to a server. The types of the keys that are known for it come first, so that it shows one of these; the others follow,
 * so that a server that was built anew with another type is seen as what it is. AES-GCM first: it is the one that node:crypto does in a
 * single native call, ChaCha20-Poly1305 costs ten times as much here. curve25519 first: it is the quickest exchange.
 */
export function algorithmsFor(knownKeyTypes: readonly string[]): Algorithms {
  const types = Object.keys(byKeyType) as (keyof typeof byKeyType)[]
  const known = types.filter((type) => knownKeyTypes.includes(type))
  const rest = types.filter((type) => !knownKeyTypes.includes(type))
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group-exchange-sha256',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'chacha20-poly1305@openssh.com',
    ],
    serverHostKey: [...known, ...rest].flatMap((type) => [...byKeyType[type]]),
    compress: ['none'],
  }
}
