import { randomHex } from '../../model/ids.ts'
import { TscalerError } from '../../model/problem.ts'
import { replaceKeyFile } from './key-file.ts'
import type { Vault } from './secrets.ts'
import { keyIds, openVault } from './vault.ts'

/** The server's keys as they are changed while it runs. */
export interface KeyRing {
  /** Always the one with the present keys: whoever holds it need not be told of a change. */
  readonly vault: Vault
  /** The ids of the present keys, the current one first. */
  ids(): string[]
  /** The file that tscaler made and may change; null: the keys are given from outside, and only there they change. */
  readonly ownFile: string | null
  /** A new key comes first, in the file and on its disk before anything can be sealed with it. Throws `wrong-state` where the file is not ours. */
  addKey(): void
  /** Only the current key stays. Throws `wrong-state` where the file is not ours. */
  dropOlder(): void
}

/** The keys of a text, for `openVault`; `ownFile` is where it came from, if tscaler made that. Throws `bad-input`. */
export function openKeyRing({ text, ownFile }: { text: string; ownFile: string | null }): KeyRing {
  let keys = wordsOf(text)
  let present = openVault(text)
  function change(next: readonly string[]): void {
    if (ownFile === null) {
      const message =
        'The secret key is given from outside (TSCALER_SECRET_KEY, TSCALER_SECRET_KEY_FILE): change it there, the new one before the old one, and start the server again.'
      throw new TscalerError('wrong-state', message)
    }
    replaceKeyFile(ownFile, `${next.join('\n')}\n`)
    keys = [...next]
    present = openVault(keys.join('\n'))
  }
  return {
    vault: {
      seal: (plain) => present.seal(plain),
      open: (sealed) => present.open(sealed),
      isCurrent: (sealed) => present.isCurrent(sealed),
      digest: (plain) => present.digest(plain),
      matches: (plain, digest) => present.matches(plain, digest),
    },
    ids: () => keyIds(keys.join('\n')),
    ownFile,
    addKey: () => change([randomHex(KEY_BYTES), ...keys]),
    dropOlder: () => change(keys.slice(0, 1)),
  }
}

const KEY_BYTES = 32 // as a first start makes it

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}
