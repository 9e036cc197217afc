import { messageOf } from '../../../model/problem.ts'
import type { Refusal } from '../orm/session.ts'
import type { ServerPlace } from '../server/server-place.ts'
import { codeOf, networkTrouble, type ServerTrouble, serverInWords } from '../server/server-trouble.ts'

// Codes: PostgreSQL, appendix A.

/** What PostgreSQL refused for the sake of another row. */
export function postgresRefusal(thrown: unknown): Refusal | undefined {
  switch (codeOf(thrown)) {
    case '23505':
      return 'duplicate'
    case '23503':
    case '23001': // what `on delete restrict` gives from version 18 on
      return 'reference'
    default:
      return undefined
  }
}

/** A transaction that was given up for another: serialisation failure, deadlock, a lock not got in time. */
export function isPostgresConflict(thrown: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(codeOf(thrown) ?? '')
}

/** Any error but a refusal, which runs in a savepoint, ends the transaction it happens in. */
export function endsPostgresTransaction(thrown: unknown): boolean {
  return isPostgresError(thrown) ? postgresRefusal(thrown) === undefined : isConnectionLost(thrown)
}

/** Trouble of the server or the way to it in words that say what to do; anything else as it was thrown. */
export function postgresInWords(thrown: unknown, place: ServerPlace): unknown {
  const trouble = troubleOf(thrown)
  return trouble === undefined ? thrown : serverInWords(trouble, thrown, place)
}

function troubleOf(thrown: unknown): ServerTrouble | undefined {
  const code = codeOf(thrown)
  if (isConnectionLost(thrown)) return 'unreachable'
  if (code === undefined) return byText(messageOf(thrown))
  if (!isPostgresError(thrown)) return networkTrouble(thrown)
  if (isPostgresConflict(thrown)) return 'conflict'
  return byCode[code] ?? byClass(code)
}

const byCode: Record<string, ServerTrouble> = {
  '28P01': 'login',
  '3D000': 'no-database',
  '3F000': 'no-right', // no schema that the user may see
  '42501': 'no-right',
  '42P07': 'not-empty',
  '25006': 'read-only',
  '53100': 'full',
  '53300': 'crowded',
  '57014': 'unreachable', // a statement that took longer than one may
  '25P03': 'unreachable', // a transaction that stood still for longer than one may
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '57P05': 'unreachable',
}

/** 08: the connection; 28: who may come in, by TLS only perhaps; 58: the machine. */
function byClass(code: string): ServerTrouble | undefined {
  if (code.startsWith('28')) return 'login'
  return code.startsWith('08') || code.startsWith('58') ? 'unreachable' : undefined
}

/** What the driver says in its own words alone. */
function byText(text: string): ServerTrouble | undefined {
  if (/does not support SSL|establishing an SSL/.test(text)) return 'tls-refused'
  return undefined
}

function isConnectionLost(thrown: unknown): boolean {
  return (
    networkTrouble(thrown) === 'unreachable' ||
    (thrown instanceof Error &&
      /^(Connection terminated|timeout exceeded when trying|Client (has encountered|was closed)|the server has said nothing)/.test(
        thrown.message,
      ))
  )
}

function isPostgresError(thrown: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(thrown) ?? '') && thrown instanceof Error && 'severity' in thrown
}
