import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../model/clock.ts'
import { TscalerError } from '../../model/problem.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import type { Store } from './store.ts'

/**
 * Opens the store that the URL names: `sqlite:<file>` (relative to the working directory, or `sqlite:///abs`) or a plain
 * file name. Throws `bad-input` for any other URL, `store-unusable` or `disk-full` where it can't be opened.
 */
export function openStore({ url, clock }: { url: string; clock: Clock }): Promise<Store> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  switch (scheme) {
    case undefined:
    case 'sqlite':
    case 'file': {
      const file = sqliteFile(url)
      if (file === undefined) return refuse('"sqlite:" names no file. Give one, such as sqlite:data/tscaler.db.')
      return openSqlite({ file, clock })
    }
    case 'postgresql':
    case 'postgres':
    case 'mysql':
    case 'mariadb':
      return refuse(`${scheme} comes with a later version. Use sqlite: until then.`)
    default:
      return refuse(`got a URL that begins with "${scheme}:", expected sqlite:, postgresql:// or mysql://.`)
  }
}

function sqliteFile(url: string): string | undefined {
  if (/^file:/i.test(url)) return fileURLToPath(url)
  const file = url.replace(/^sqlite:(\/\/(?=\/))?/i, '')
  return file === '' ? undefined : path.resolve(file)
}

// Never the whole URL: it may hold a password.
async function refuse(message: string): Promise<never> {
  throw new TscalerError('bad-input', `TSCALER_STORE: ${message}`, { findings: [{ path: 'TSCALER_STORE', message }] })
}
