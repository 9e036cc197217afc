import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock } from '../../model/clock.ts'
import { TscalerError } from '../../model/problem.ts'
import { storeOn } from './orm/base.ts'
import type { Base } from './orm/dialect.ts'
import { openSqliteBase } from './sqlite/sqlite.ts'
import type { Store } from './store.ts'

/** A store that an installation's data folder need not hold, so that other machines may use it too. */
export function isSharedStore(url: string): boolean {
  return driverOf(url) !== 'sqlite'
}

/**
 * Opens the store that the URL names: `sqlite:<file>` (relative to the working directory, or `sqlite:///abs`) or a plain
 * file name, `postgresql://…`, `mysql://…`. Throws `bad-input` for any other URL, `store-unusable` or `disk-full` where it can't be opened.
 */
export async function openStore({ url, clock }: { url: string; clock: Clock }): Promise<Store> {
  return storeOn(await openBase(url), clock)
}

/** The same database without what a store puts into an empty one. */
export async function openBase(url: string): Promise<Base> {
  switch (driverOf(url)) {
    case 'sqlite': {
      const file = sqliteFile(url)
      if (file === undefined) throw refusal('"sqlite:" names no file. Give one, such as sqlite:data/tscaler.db.')
      return openSqliteBase(file)
    }
    // Loaded only now: who has everything in the data folder pays for neither.
    case 'postgresql':
      return (await import('./postgresql/postgresql.ts')).openPostgresqlBase(url)
    case 'mysql':
      return (await import('./mysql/mysql.ts')).openMysqlBase(url)
  }
}

function driverOf(url: string): 'sqlite' | 'postgresql' | 'mysql' {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  switch (scheme) {
    case undefined:
    case 'sqlite':
    case 'file':
      return 'sqlite'
    case 'postgresql':
    case 'mysql':
      return scheme
    default:
      throw refusal(`got a URL that begins with "${scheme}:", expected sqlite:, postgresql:// or mysql://.`)
  }
}

function sqliteFile(url: string): string | undefined {
  if (/^file:/i.test(url)) return fileURLToPath(url)
  const file = url.replace(/^sqlite:(\/\/(?=\/))?/i, '')
  return file === '' ? undefined : path.resolve(file)
}

// Never the whole URL: it may hold a password.
function refusal(message: string): TscalerError {
  return new TscalerError('bad-input', `TSCALER_STORE: ${message}`, { findings: [{ path: 'TSCALER_STORE', message }] })
}
