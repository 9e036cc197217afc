import { TscalerError } from '../../../model/problem.ts'
import type { Sealed } from '../../../model/record.ts'
import type { Vault } from '../../secrets/secrets.ts'
import type { Noun } from './tables.ts'

/** Throws `wrong-secret-key` where a sealed text of the row, wherever it stands, does not open: the new store would keep it for nobody. */
export function openSecrets(vault: Vault, table: string, noun: Noun): void {
  for (const sealed of envelopesIn(noun)) {
    try {
      vault.open(sealed)
    } catch (thrown) {
      if (!(thrown instanceof TscalerError)) throw thrown
      const message = `Row ${noun.id} of ${table} has a secret that the key of the new store does not open. ${thrown.message} Copy with the key of the old store: TSCALER_SECRET_KEY or TSCALER_SECRET_KEY_FILE; the new one may come before it in the same setting.`
      throw new TscalerError('wrong-secret-key', message, { cause: thrown })
    }
  }
}

/** keep/secrets/vault.ts: key id, IV, tag and text. Whatever looks so by chance has no key id of ours. */
const envelope = /^v1\.[\w-]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]*$/

function* envelopesIn(value: unknown): Generator<Sealed> {
  if (typeof value === 'string' && envelope.test(value)) yield value as Sealed
  else if (value !== null && typeof value === 'object')
    for (const part of Object.values(value)) yield* envelopesIn(part)
}
