import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ClientErrorExtensions } from 'ssh2'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { SshAccess } from '../machine.ts'
import { algorithmsFor } from './algorithms.ts'
import { type KeyRing, Login } from './credentials.ts'
import { judgeKey, type KeyVerdict, type Trust, trustedTypes } from './host-key.ts'
import { refusedKeyText } from './host-key-text.ts'

/** A handshake takes 10 to 300 ms, a busy machine or a slow name service of sshd some seconds. */
const logInLimitMs = 20_000

/** A connection that one is logged in to, and how its host's key was judged: `trusted` or `new`. */
export interface LoggedIn {
  client: Client
  verdict: KeyVerdict
}

/** What logging in needs to know. */
export interface LogInParts {
  access: SshAccess
  socket: Duplex
  trust: Trust
  keys: KeyRing
  clock: Clock
  /** Is told of a host's key that was refused. */
  onRefused: (verdict: KeyVerdict) => void
}

/**
 * Shakes hands over an open connection and logs in. No secret is sent unless the host's key is trusted. Rejects with `ReachFailure`,
 * and the connection is closed then.
 */
export async function logIn(parts: LogInParts): Promise<LoggedIn> {
  const { access, socket } = parts
  const key = parts.keys.read(access)
  const login = new Login(access, key)
  const client = new ssh2.Client()
  try {
    if (!login.hasWays) {
      const why = key?.kind === 'bad' ? `the private key can't be used: ${key.why}` : 'it has no key, password or agent'
      const text = `${access.nodeName}: can't log in by its SSH profile: ${why}. Correct the profile.`
      throw new ReachFailure('auth', text)
    }
    if (socket.destroyed) throw failureFrom(new Error('Connection lost before handshake'), access, login)
    return { client, verdict: await ready(client, login, parts) }
  } catch (thrown) {
    client.destroy()
    socket.destroy()
    throw thrown
  } finally {
    // What follows an error, and errors of the open connection, are told by "close".
    client.removeAllListeners('error').removeAllListeners('close').on('error', ignore)
  }
}

function ready(
  client: Client,
  login: Login,
  { access, socket, trust, clock, onRefused }: LogInParts,
): Promise<KeyVerdict> {
  let verdict: KeyVerdict | undefined
  const shaken = new Promise<KeyVerdict>((resolve, reject) => {
    client.once('ready', () => verdict !== undefined && resolve(verdict))
    client.once('close', () => reject(failureFrom(new Error('Connection lost before handshake'), access, login)))
    client.on('error', (error) => {
      if (error.level === 'agent') return // the next way is tried
      if (verdict === undefined || !isRefused(verdict)) reject(failureFrom(error, access, login))
      else reject(new ReachFailure('host-key', refusedKeyText(access, verdict)))
    })
  })
  client.connect({
    sock: socket,
    username: access.user,
    algorithms: algorithmsFor(trustedTypes(trust)),
    readyTimeout: 0, // ours is on our own clock
    authHandler: (left: Parameters<Login['next']>[0]) => login.next(left),
    hostVerifier(blob: Buffer) {
      verdict = judgeKey(blob, trust)
      if (isRefused(verdict)) onRefused(verdict)
      return !isRefused(verdict)
    },
  })
  return within(shaken, access, clock)
}

function within<T>(shaken: Promise<T>, access: SshAccess, clock: Clock): Promise<T> {
  let cancel = ignore
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(logInLimitMs, () => {
      const text = `${where(access)} took the connection but did not let in within ${logInLimitMs / 1_000} s. See the machine's load and its sshd.`
      reject(new ReachFailure('timeout', text))
    })
  })
  return Promise.race([shaken, late]).finally(() => cancel())
}

function isRefused({ kind }: KeyVerdict): boolean {
  return kind !== 'trusted' && kind !== 'new'
}

function failureFrom(error: Error & ClientErrorExtensions, access: SshAccess, login: Login): ReachFailure {
  if (error.level === 'client-authentication') {
    const offered = login.offered.length > 0 ? `; the server takes ${login.offered.join(', ')}` : ''
    const tried = login.tried.length > 0 ? login.tried.join(', ') : "nothing, since it takes none of the profile's ways"
    const text = `${where(access)} does not let ${access.user} in: tried ${tried}${offered}. Put the public key into the user's authorized_keys, or correct the SSH profile.`
    return new ReachFailure('auth', text, { cause: error })
  }
  if (/no matching/i.test(error.message)) {
    const text = `${where(access)} and tscaler have no algorithm in common (${error.message}). Update sshd there, or allow a current one.`
    return new ReachFailure('unreachable', text, { cause: error })
  }
  const advice = 'See that sshd listens there, and its log; with many connections at a time raise its MaxStartups.'
  return new ReachFailure('unreachable', `${where(access)} ended the handshake: ${error.message}. ${advice}`, {
    cause: error,
  })
}

function where({ nodeName, hostname, port }: SshAccess): string {
  return `${nodeName}: ${hostname}:${port}`
}

function ignore(): void {}
