import type { Sealed } from '../../model/record.ts'

/** Seals and opens secrets with the server's keys: the current one seals, it and the older ones open. */
export interface Vault {
  seal(plain: string): Sealed
  /** Throws `wrong-secret-key` where the envelope was sealed with a key that is not there, or was changed. */
  open(sealed: Sealed): string
  /** Whether the current key sealed it; if not, `tscaler secret rotate` seals it anew. */
  isCurrent(sealed: Sealed): boolean
  /** The same for the same plain text and key, and nothing else can be told from it; what `export` prints. */
  digest(plain: string): string
  /** Whether any of the keys gives this digest of the plain text: what was exported before a rotation still compares. */
  matches(plain: string, digest: string): boolean
}
