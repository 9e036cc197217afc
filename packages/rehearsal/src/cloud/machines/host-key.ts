import ssh2 from 'ssh2'
import { fingerprintOf, makeEd25519, type TestKey } from '../../keys.ts'

/** The pair of a private key as user data brings it, or a fresh one. Throws when the text is no private key. */
export function hostKeyOf(privateKey: string | undefined): TestKey {
  if (privateKey === undefined) return makeEd25519()
  const text = `${privateKey.trim()}\n` // sshd refuses a key without its last line's end
  const key = ssh2.utils.parseKey(text)
  if (key instanceof Error) throw new Error(`The host key in the user data is no private key: ${key.message}`)
  const publicKey = `${key.type} ${key.getPublicSSH().toString('base64')} rehearsal`
  return { privateKey: text, publicKey, fingerprint: fingerprintOf(publicKey) }
}

/** Type and blob of a public key line, without its comment. */
export function withoutComment(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ')
}
