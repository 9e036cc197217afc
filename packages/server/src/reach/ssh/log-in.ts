import type { Duplex } from 'node:stream'
import ssh2, { type Client, type ClientErrorExtensions } from 'ssh2'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { SshAccess } from '../machine.ts'
import { algorithmsFor } from './algorithms.ts'
import { judgeKey, type KeyVerdict, type Trust, trustedTypes } from './host-key.ts'
import { refusedKeyText } from './host-key-text.ts'
import { type KeyRing, Login } from './login.ts'

/** A handshake takes 10 to 300 ms, a busy machine or a slow name service of sshd some seconds. */
const logInLimitMs = 20_000

/** A connection that one is logged in to, and how its host's key was judged: `trusted` or `new`. */
export interface LoggedIn {
  client: Client
  verdict: KeyVerdict
}

/**
 * Shakes hands over an open connection and logs in. No secret is sent unless the host's key is trusted. Rejects with a
 * `ReachFailure`; `onRefused` is told of a key that was refused.
 */
export function logIn(parts: {
  access: SshAccess
  socket: Duplex
  trust: Trust
  keys: KeyRing
  clock: Clock
  onRefused: (verdict: KeyVerdict) => void
}): Promise<LoggedIn> {
  const { access, socket, trust, clock } = parts
  const key = parts.keys.read(access)
  const login = new Login(access, key)
  const client = new ssh2.Client()
  let verdict: KeyVerdict | undefined
  return new Promise((resolve, reject) => {
    function failed(failure: ReachFailure): void {
      cancel()
      client.on('error', ignore)
      client.destroy()
      socket.destroy()
      reject(failure)
    }
    const cancel = clock.after(logInLimitMs, () => {
      const text = `${where(access)} took the connection but did not let in within ${logInLimitMs / 1_000} s. See the machine's load and its sshd.`
      failed(new ReachFailure('timeout', text))
    })
    if (!login.hasWays) {
      const why = key?.kind === 'bad' ? `the private key can't be used: ${key.why}` : 'it has no key, password or agent'
      return failed(
        new ReachFailure('auth', `${access.nodeName}: can't log in by its SSH profile: ${why}. Correct the profile.`),
      )
    }
    client.on('error', (error) => {
      if (error.level === 'agent') return // the next way is tried
      if (verdict !== undefined && isRefused(verdict))
        failed(new ReachFailure('host-key', refusedKeyText(access, verdict)))
      else failed(failureFrom(error, access, login))
    })
    client.once('close', () => failed(failureFrom(new Error('Connection lost before handshake'), access, login)))
    client.once('ready', () => {
      cancel()
      client.removeAllListeners('error').removeAllListeners('close').on('error', ignore)
      if (verdict !== undefined) resolve({ client, verdict })
    })
    client.connect({
      sock: socket,
      username: access.user,
      algorithms: algorithmsFor(trustedTypes(trust)),
      readyTimeout: 0, // ours is above, on our own clock
      authHandler: (left: Parameters<Login['next']>[0]) => login.next(left),
      hostVerifier(blob: Buffer) {
        verdict = judgeKey(blob, trust)
        if (isRefused(verdict)) parts.onRefused(verdict)
        return !isRefused(verdict)
      },
    })
  })
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
