import { messageOf, TscalerError } from '../../../model/problem.ts'
import type { ServerPlace } from './server-place.ts'

/** What can be wrong with a database server, whichever it is. */
export type ServerTrouble =
  | 'unreachable'
  | 'login'
  | 'no-database'
  | 'no-right'
  | 'not-empty'
  | 'read-only'
  | 'full'
  | 'crowded'
  | 'conflict'
  | 'tls-refused'

/** The trouble in words that say what to do. The reason is the server's own text, which never repeats a password. */
export function serverInWords(trouble: ServerTrouble, thrown: unknown, place: ServerPlace): TscalerError {
  const [text, ...flags] = words[trouble]
  const message = `${place.name} ${text.replace('REASON', reasonOf(thrown)).replace('DATABASE', place.database)}`
  return new TscalerError(trouble === 'full' ? 'disk-full' : 'store-unusable', message, {
    cause: thrown,
    retryable: flags.includes('retryable'),
  })
}

const words: Record<ServerTrouble, readonly [string, ...'retryable'[]]> = {
  unreachable: [
    "can't be reached (REASON). Start it, or correct host and port in TSCALER_STORE; a running tscaler tries again by itself.",
    'retryable',
  ],
  login: [
    'refused the login (REASON). Correct user and password in TSCALER_STORE; where it lets people in by TLS only, add sslmode to it.',
  ],
  'no-database': [
    'is not there: the server has no database DATABASE. Make it (docs/operating/databases.md), or correct the name in TSCALER_STORE.',
  ],
  'no-right': [
    'refused for lack of rights (REASON). The user has to own the database or its tables: docs/operating/databases.md.',
  ],
  'not-empty': [
    'has a table already that tscaler was about to make (REASON). Give tscaler a database of its own; where an earlier start was interrupted while it made the tables, make the database anew.',
  ],
  'read-only': [
    'takes no changes (REASON). It is a replica, or set read-only; name the primary in TSCALER_STORE.',
    'retryable',
  ],
  full: ['has no room left on its disk; nothing was changed. Free some space: tscaler goes on by itself.', 'retryable'],
  crowded: [
    'lets in no more connections (REASON). Raise its max_connections, or lower pool= in TSCALER_STORE of its users.',
    'retryable',
  ],
  conflict: ['was being changed by others in the same rows each time; nothing was changed. Try again.', 'retryable'],
  'tls-refused': ['could not be talked to by TLS (REASON). Correct sslmode and sslrootcert in TSCALER_STORE.'],
}

/** Node gives an error without words where several addresses were tried. */
function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown)
  return messageOf(thrown).replace(/\s+/g, ' ').trim() || code || 'no reason given'
}

/** The code of whatever has one: Node's `ECONNREFUSED`, a database's `28P01` or `ER_DUP_ENTRY`. */
export function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** What Node itself says of a connection; undefined where it is nothing of that kind. */
export function networkTrouble(thrown: unknown): ServerTrouble | undefined {
  const code = codeOf(thrown)
  if (code === undefined) return undefined
  if (/^(E(CONN|NOTFOUND|AI_|PIPE|HOST|NET|TIMEDOUT|ACCES|NOENT|ADDR)|ERR_STREAM|ERR_SOCKET)/.test(code))
    return 'unreachable'
  if (/CERT|SELF_SIGNED|^HANDSHAKE_|^UNABLE_TO|^ERR_(TLS|SSL)|^EPROTO|HOSTNAME/.test(code)) return 'tls-refused'
  return undefined
}
