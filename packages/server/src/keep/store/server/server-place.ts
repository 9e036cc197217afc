import { readFileSync } from 'node:fs'
import { type Finding, messageOf, TscalerError } from '../../../model/problem.ts'

/** Where a database server is and how to get in: what a URL says. */
export interface ServerPlace {
  host: string
  port: number
  /** A socket of this machine that is used instead; null: TCP. */
  socket: string | null
  user: string
  password: string
  database: string
  /** Null: no TLS. */
  tls: ServerTls | null
  /** How many connections this process has at most. */
  connectionsMax: number
  /** How messages call it; without the password. */
  name: string
}

/** How TLS is spoken: `require` with whatever certificate, `verify-ca` of a known authority, `verify-full` also for this host. PEM texts. */
export interface ServerTls {
  mode: 'require' | 'verify-ca' | 'verify-full'
  ca?: string
  cert?: string
  key?: string
}

/**
 * 3 for transactions and for waiting (see orm-store.ts) leave the rest to single statements, lease renewals among them. A server of
 * PostgreSQL lets in 100 and one of MariaDB 151 by default: room for nine processes with the one more that each needs to start.
 */
const CONNECTIONS_DEFAULT = 10
// Below that a transaction that waits would keep lease renewals waiting.
const CONNECTIONS_MIN = 5
const CONNECTIONS_MAX = 200

const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'socket', 'pool'] as const
const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type Parameter = (typeof parameters)[number]

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=…`; reads the certificate files it names. Throws `bad-input` with all that
 * is wrong at once, never with the URL: it holds a password.
 */
export function readServerUrl(url: string, portDefault: number): ServerPlace {
  const findings: Finding[] = []
  const wrong = (message: string) => void findings.push({ path: 'TSCALER_STORE', message })
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw refusal([{ path: 'TSCALER_STORE', message: noUrl }])
  const query = readQuery(parsed, wrong)
  const text = (encoded: string, what: string) => decoded(encoded, () => wrong(`${what} ${badEscape}`))
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost'
  const database = text(parsed.pathname.replace(/^\//, ''), 'the name of the database')
  if (database === '') wrong('names no database, expected …@host/database')
  if (parsed.username === '') wrong('names no user, expected …//user:password@host/database')
  const port = parsed.port === '' ? portDefault : Number(parsed.port)
  const user = text(parsed.username, 'the user')
  const place = {
    host,
    port,
    socket: query.socket ?? null,
    user,
    password: text(parsed.password, 'the password'),
    database,
    tls: readTls(query, wrong),
    connectionsMax: readPool(query.pool, wrong),
    name: `${parsed.protocol}//${user}@${query.socket ?? (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)}/${database}`,
  }
  if (findings.length > 0) throw refusal(findings)
  return place
}

const noUrl =
  'is no URL, expected such as postgresql://user:password@host:5432/database; write @ : / ? # % of a password as %40 %3A %2F %3F %23 %25'
const badEscape = 'has a % that no two hexadecimal digits follow; write a % as %25'

function refusal(findings: readonly Finding[]): TscalerError {
  const lines = findings.map(({ message }) => message).join('; ')
  return new TscalerError('bad-input', `TSCALER_STORE: the URL can't be used: ${lines}.`, { findings })
}

function decoded(text: string, wrong: () => void): string {
  try {
    return decodeURIComponent(text)
  } catch {
    wrong()
    return ''
  }
}

function readQuery(url: URL, wrong: (message: string) => void): { [Name in Parameter]?: string } {
  const query: { [Name in Parameter]?: string } = {}
  for (const [name, value] of url.searchParams) {
    const known = parameters.find((each) => each === name)
    if (known) query[known] = value
    else wrong(`has no parameter "${name}", there are ${parameters.join(', ')}`)
  }
  return query
}

function readPool(text: string | undefined, wrong: (message: string) => void): number {
  if (text === undefined) return CONNECTIONS_DEFAULT
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= CONNECTIONS_MIN && number <= CONNECTIONS_MAX) return number
  wrong(`has pool=${text}, expected ${CONNECTIONS_MIN} to ${CONNECTIONS_MAX} connections`)
  return CONNECTIONS_DEFAULT
}

/** `sslmode` as libpq has it. */
function readTls(
  { sslmode = 'disable', sslrootcert, sslcert, sslkey }: { [Name in Parameter]?: string },
  wrong: (message: string) => void,
): ServerTls | null {
  const files = { ca: sslrootcert, cert: sslcert, key: sslkey }
  const mode = sslModes.find((each) => each === sslmode)
  if (!mode) wrong(`has sslmode=${sslmode}, expected ${sslModes.join(', ')}`)
  if (!mode || mode === 'disable') {
    if (Object.values(files).some((file) => file !== undefined)) wrong('names certificates, but no sslmode')
    return null
  }
  if ((sslcert === undefined) !== (sslkey === undefined)) wrong('names sslcert or sslkey, expected both or none')
  return { mode, ...readFiles(files, wrong) }
}

function readFiles(
  files: Record<'ca' | 'cert' | 'key', string | undefined>,
  wrong: (message: string) => void,
): Omit<ServerTls, 'mode'> {
  const read: Omit<ServerTls, 'mode'> = {}
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = files[name]
    if (file === undefined) continue
    try {
      read[name] = readFileSync(file, 'utf8')
    } catch (thrown) {
      wrong(`names ${file}, which can't be read (${messageOf(thrown)})`)
    }
  }
  return read
}
