import type { Duplex } from 'node:stream'
import { type ConnectionOptions, checkServerIdentity, connect as connectTls } from 'node:tls'
import type { Clock } from '../clock.ts'
import { JmxError } from '../error.ts'
import { shakeHands } from '../jrmp/handshake.ts'
import { type Awaited, JrmpSocket } from '../jrmp/socket.ts'
import { duplexStream, type Stream, tcpStream } from '../jrmp/stream.ts'
import { tlsTrouble } from './tls-trouble.ts'

/** How the JVM's certificate is checked, and what this side shows. PEM texts. */
export interface TlsOptions {
  /** Authorities to trust instead of the machine's; a self-signed certificate is its own. */
  ca?: string | Buffer
  /** The client's certificate and key, where the JVM asks for one. */
  cert?: string | Buffer
  key?: string | Buffer
  /** The name that the certificate must have. Default: the host that is connected to. */
  serverName?: string
  /** `false`: any name will do, as for Java's own client. The chain is checked all the same. Default true. */
  checkName?: boolean
}

/** Makes connections: plain ones from here, or through somebody's tunnel. */
export interface Dialler {
  /** A connection of the caller's own making to that host and port; as for node:net otherwise. */
  socket?: (host: string, port: number) => Promise<Duplex>
  tls?: TlsOptions
  /** The host as the user names it; a certificate must bear this name, wherever the packets go. */
  host: string
  clock: Clock
}

/** Where to, whether through TLS, and until when (monotonic ms). */
export interface Target {
  host: string
  port: number
  tls: boolean
  deadlineAt: number
  signal: AbortSignal
}

// An RMI server greets at once; one that takes longer for it is none, or hangs.
const HANDSHAKE_MS_MAX = 5_000

/** A connection on which the RMI greeting has been exchanged. Rejects with a JmxError; nothing stays open then. */
export async function dial<A extends Awaited>(dialler: Dialler, target: Target): Promise<JrmpSocket<A>> {
  const { clock } = dialler
  const opening = openStream(dialler, target)
  const stream = await untilDeadline(opening.opened, clock, target, opening.giveUp)
  const onAbort = (): void => stream.destroy()
  target.signal.addEventListener('abort', onAbort, { once: true })
  try {
    const left = Math.max(target.deadlineAt - clock.monotonic(), 1)
    await shakeHands(stream, clock, Math.min(left, HANDSHAKE_MS_MAX))
  } catch (thrown) {
    if (target.signal.aborted) throw aborted()
    throw target.tls && thrown instanceof JmxError ? afterTls(thrown) : thrown
  } finally {
    target.signal.removeEventListener('abort', onAbort)
  }
  return new JrmpSocket<A>(stream)
}

/** The error of calls and dials that the caller has given up. */
export function aborted(): JmxError {
  return new JmxError('aborted', 'given up by the caller.')
}

function openStream(dialler: Dialler, target: Target): { opened: Promise<Stream>; giveUp: () => void } {
  let given = false
  let current: Duplex | undefined
  const keep = <D extends Duplex>(duplex: D): D => {
    current = duplex
    if (given) duplex.destroy()
    return duplex
  }
  const giveUp = (): void => {
    given = true
    current?.destroy()
  }
  return { opened: open(dialler, target, keep), giveUp }
}

async function open(dialler: Dialler, target: Target, keep: <D extends Duplex>(duplex: D) => D): Promise<Stream> {
  const { host, port } = target
  try {
    if (target.tls) return await openTls(dialler, target, keep)
    if (dialler.socket) return duplexStream(keep(await dialler.socket(host, port)))
    const { socket, stream, connected } = tcpStream(host, port)
    keep(socket)
    await connected
    return stream
  } catch (thrown) {
    throw dialTrouble(thrown, host, port)
  }
}

async function openTls(dialler: Dialler, target: Target, keep: <D extends Duplex>(duplex: D) => D): Promise<Stream> {
  const { ca, cert, key, serverName = dialler.host, checkName = true } = dialler.tls ?? {}
  const below = dialler.socket ? { socket: keep(await dialler.socket(target.host, target.port)) } : {}
  const isAddress = /^[\d.]+$|:/.test(serverName)
  const options: ConnectionOptions = {
    host: target.host,
    port: target.port,
    ...below,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(!isAddress && { servername: serverName }),
    checkServerIdentity: (_, certificate) => (checkName ? checkServerIdentity(serverName, certificate) : undefined),
  }
  const socket = keep(connectTls(options))
  socket.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed before TLS was agreed on')))
  })
  return duplexStream(socket)
}

/** The client's certificate is only judged after TLS 1.3 has been agreed on: the refusal comes where the greeting should. */
function afterTls(error: JmxError): JmxError {
  const cause = error.cause
  if (!(cause instanceof Error)) return error
  return tlsTrouble(cause) ?? error
}

function dialTrouble(thrown: unknown, host: string, port: number): JmxError {
  if (thrown instanceof JmxError) return thrown
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown))
  const tls = tlsTrouble(cause)
  if (tls) return tls
  const code = 'code' in cause ? String(cause.code) : ''
  const target = `${host}:${port}`
  if (code === 'ECONNREFUSED')
    return new JmxError(
      'refused',
      `${target} refuses connections. Start the JVM with -Dcom.sun.management.jmxremote.port, or correct the port.`,
      { cause },
    )
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new JmxError('unreachable', `no address is known for ${host}. Correct the host's name.`, { cause })
  return new JmxError('unreachable', `${target} can't be reached (${cause.message}).`, { cause })
}

function untilDeadline<T>(promise: Promise<T>, clock: Clock, target: Target, giveUp: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const left = Math.max(target.deadlineAt - clock.monotonic(), 1)
    const cancel = clock.after(left, () => stop(tooLate(target, left)))
    const onAbort = (): void => stop(aborted())
    const settle = (): void => {
      cancel()
      target.signal.removeEventListener('abort', onAbort)
    }
    function stop(error: JmxError): void {
      settle()
      giveUp()
      reject(error)
    }
    if (target.signal.aborted) return stop(aborted())
    target.signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(settle)
  })
}

function tooLate({ host, port }: Target, ms: number): JmxError {
  return new JmxError(
    'timeout',
    `${host}:${port} did not take the connection within ${Math.round(ms)} ms. A firewall may drop it: open the port, or set jmxremote.rmi.port to one that is open.`,
  )
}
