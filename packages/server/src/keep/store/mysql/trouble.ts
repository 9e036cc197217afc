import { messageOf } from '../../../model/problem.ts'
import type { Refusal } from '../orm/session.ts'
import type { ServerPlace } from '../server/server-place.ts'
import { networkTrouble, type ServerTrouble, serverInWords } from '../server/server-trouble.ts'

// Numbers: MariaDB, "Error codes"; MySQL, "Server error message reference". The two agree on all that are here.

/** What the database refused for the sake of another row. */
export function mysqlRefusal(thrown: unknown): Refusal | undefined {
  switch (numberOf(thrown)) {
    case 1062:
      return 'duplicate'
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return 'reference'
    default:
      return undefined
  }
}

/** A transaction that was given up for another: a lock not got in time, a deadlock, a row changed since it was read. */
export function isMysqlConflict(thrown: unknown): boolean {
  return [1205, 1213, 1020].includes(numberOf(thrown) ?? 0)
}

/** A deadlock rolls the whole transaction back, and so does a lost connection; any other error its statement alone. */
export function endsMysqlTransaction(thrown: unknown): boolean {
  return isMysqlConflict(thrown) || troubleOf(thrown) !== undefined
}

/** Trouble of the server or the way to it in words that say what to do; anything else as it was thrown. */
export function mysqlInWords(thrown: unknown, place: ServerPlace): unknown {
  const trouble = troubleOf(thrown)
  return trouble === undefined ? thrown : serverInWords(trouble, thrown, place)
}

function troubleOf(thrown: unknown): ServerTrouble | undefined {
  if (isMysqlConflict(thrown)) return 'conflict'
  const number = numberOf(thrown)
  const known = number === undefined ? undefined : byNumber[number]
  return known ?? byText(messageOf(thrown)) ?? networkTrouble(thrown)
}

const byNumber: Record<number, ServerTrouble> = {
  1021: 'full',
  1114: 'full',
  1040: 'crowded',
  1203: 'crowded',
  1226: 'crowded',
  1044: 'no-right',
  1142: 'no-right',
  1143: 'no-right',
  1227: 'no-right',
  1370: 'no-right',
  1045: 'login',
  1130: 'login',
  1698: 'login',
  4151: 'login', // the account is locked
  1049: 'no-database',
  1050: 'not-empty',
  1290: 'read-only',
  1792: 'read-only',
  1836: 'read-only',
  1053: 'unreachable',
  1079: 'unreachable',
  1152: 'unreachable',
  1159: 'unreachable',
  1927: 'unreachable', // killed, or a transaction that stood still for longer than one may
  1969: 'unreachable', // a statement that took longer than one may
  3024: 'unreachable',
  4031: 'unreachable',
  3159: 'login', // it wants TLS
}

/** What the driver says in its own words alone. */
function byText(text: string): ServerTrouble | undefined {
  if (/does not support secure connection/.test(text)) return 'tls-refused'
  const lost = /^(Connection lost|Can't add new command|Pool is closed|the server has said nothing|connect ETIMEDOUT)/
  return lost.test(text) ? 'unreachable' : undefined
}

function numberOf(thrown: unknown): number | undefined {
  const number = thrown instanceof Error && 'errno' in thrown ? thrown.errno : undefined
  return typeof number === 'number' && number > 0 ? number : undefined // Node's own are below 0
}
