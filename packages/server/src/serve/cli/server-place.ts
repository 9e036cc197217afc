import path from 'node:path'
import { TscalerError } from '../../model/problem.ts'
import type { CliIo } from './io.ts'

/** Where the server is: its local socket, or an address with a token. */
export type ServerPlace =
  | { kind: 'socket'; socket: string; dataFolder: string }
  | { kind: 'url'; url: URL; token: string | null }

/** The running server that a command means: `--data`, else TSCALER_URL, else the data folder of TSCALER_DATA, else ./data. */
export function serverPlace(
  data: string | undefined,
  { environment, cwd }: Pick<CliIo, 'environment' | 'cwd'>,
): ServerPlace {
  const { TSCALER_URL: url, TSCALER_TOKEN: token } = environment
  if (data === undefined && url) return { kind: 'url', url: readUrl(url), token: readToken(token) }
  const dataFolder = path.resolve(cwd, data ?? (environment.TSCALER_DATA || './data'))
  return { kind: 'socket', socket: path.join(dataFolder, 'tscaler.sock'), dataFolder }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '')
    return url
  throw new TscalerError(
    'wrong-usage',
    `TSCALER_URL: expected the server's address, such as "https://tscaler.example.org", without a name or password in it.`,
  )
}

function readToken(token: string | undefined): string | null {
  if (!token) return null
  if (/^[\w-]{1,200}$/.test(token)) return token
  throw new TscalerError('wrong-usage', 'TSCALER_TOKEN: is no token; `tscaler token create` on the server makes one.')
}
