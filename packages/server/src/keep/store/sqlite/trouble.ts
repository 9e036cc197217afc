import { messageOf, TscalerError } from '../../../model/problem.ts'
import type { Refusal } from '../orm/session.ts'

/** SQLite's own name of what went wrong, such as `SQLITE_FULL`; undefined where it was not SQLite. */
export function codeOf(thrown: unknown): string | undefined {
  const found = thrown instanceof Error && thrown.name === 'SqliteError' && 'code' in thrown ? thrown.code : undefined
  return typeof found === 'string' ? found : undefined
}

/** What SQLite refused for the sake of another row. */
export function sqliteRefusal(thrown: unknown): Refusal | undefined {
  switch (codeOf(thrown)) {
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
      return 'duplicate'
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
    case 'SQLITE_CONSTRAINT_TRIGGER': // what `on delete restrict` gives
      return 'reference'
    default:
      return undefined
  }
}

/** Trouble of the file or its disk in words that say what to do; anything else as it was thrown. */
export function sqliteInWords(thrown: unknown, file: string): unknown {
  const code = codeOf(thrown)
  const cause = { cause: thrown }
  switch (code) {
    case 'SQLITE_FULL':
    case 'SQLITE_IOERR_SHMSIZE': // no room for the index of the write-ahead log
    case 'SQLITE_IOERR_SHMMAP': {
      const message = `The disk of ${file} has no room left; nothing was changed. Free some space: tscaler goes on by itself.`
      return new TscalerError('disk-full', message, { ...cause, retryable: true })
    }
    case 'SQLITE_BUSY':
    case 'SQLITE_BUSY_SNAPSHOT': {
      const message = `${file} is being written by another process that does not let go. End it, or wait.`
      return new TscalerError('store-unusable', message, { ...cause, retryable: true })
    }
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT': {
      const message = `${file} is damaged or no SQLite database (${messageOf(thrown)}). Restore it from a backup.`
      return new TscalerError('store-unusable', message, cause)
    }
    default:
      if (code === undefined || !/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR|AUTH)/.test(code)) return thrown
      return new TscalerError(
        'store-unusable',
        `${file} can't be read or written (${code}). Check its disk and rights.`,
        cause,
      )
  }
}
