import { Socket } from 'node:net'

/**
 * A socket that is ended where the server says nothing for a while: one whose machine has vanished would otherwise keep a statement
 * waiting for the kernel's 15 minutes. Idle connections are closed by their pool before.
 */
export function quietSocket(silenceMsMax = SILENCE_MS_MAX): Socket {
  const socket = new Socket()
  socket.setNoDelay(true)
  socket.setTimeout(silenceMsMax, () =>
    socket.destroy(new Error(`the server has said nothing for ${silenceMsMax / 1_000} s`)),
  )
  return socket
}

/** A server ends a statement itself after this; the longest there is, a list of 100,000 log lines, takes a second. */
export const STATEMENT_MS_MAX = 20_000

/** Longer than a statement may take, so that a silent server is one that is gone. */
const SILENCE_MS_MAX = 25_000

/** Connections that nobody uses are closed after this. */
export const IDLE_MS_MAX = 15_000

/** A connection that is not there after this time counts as refused; handshakes with TLS over continents take one second. */
export const CONNECT_MS_MAX = 5_000

/** A lock of another process is waited for this long; one that keeps a transaction open for longer hangs, and its server ends it. */
export const LOCK_MS_MAX = 10_000
