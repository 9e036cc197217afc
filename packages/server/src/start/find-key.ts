import { keyFilesOf, readKeyFile } from '../keep/secrets/key-file.ts'
import { openVault } from '../keep/secrets/vault.ts'
import { messageOf, TscalerError } from '../model/problem.ts'
import type { Sealed } from '../model/record.ts'
import type { Homes } from './open-keep.ts'
import type { Settings } from './settings.ts'

/** Where a key is; `file` only where tscaler may find it there by itself. */
export interface FoundKey {
  place: string
  file?: string
}

/**
 * Where the key is that opens these envelopes (one of each key that sealed any), by opening them; undefined where there are none.
 * Looked for as a start does. Throws `wrong-secret-key` saying what is needed and where it was looked for.
 */
export function findKey(
  settings: Settings,
  homes: Homes,
  { installation, envelopes }: { installation: string; envelopes: ReadonlyMap<string, string> },
): FoundKey | undefined {
  if (envelopes.size === 0) return undefined
  const refused: string[] = []
  for (const { place, file, text } of candidates(settings, homes, installation)) {
    try {
      const vault = openVault(text())
      for (const envelope of envelopes.values()) vault.open(envelope as Sealed)
      return { place, ...(file === undefined ? {} : { file }) }
    } catch (thrown) {
      refused.push(`${place}: ${messageOf(thrown)}`)
    }
  }
  const seen = refused.length === 0 ? 'none was found' : refused.join(' ')
  const message = `The key that opens the backup's secrets (${[...envelopes.keys()].join(', ')}) is not here; ${seen}. Put its file at ${settings.dataFolder}.key, or name it with TSCALER_SECRET_KEY_FILE. Nothing was changed.`
  throw new TscalerError('wrong-secret-key', message)
}

interface Candidate {
  place: string
  file?: string
  text: () => string
}

function candidates(
  { secretKey, secretKeyFile, dataFolder }: Settings,
  homes: Homes,
  installation: string,
): Candidate[] {
  if (secretKey !== null) return [{ place: 'TSCALER_SECRET_KEY', text: () => secretKey }]
  if (secretKeyFile !== null) return [{ place: secretKeyFile, text: () => readKeyFile(secretKeyFile) }]
  return keyFilesOf({ dataFolder, installation, ...homes }).map((file) => ({
    place: file,
    file,
    text: () => readKeyFile(file),
  }))
}
