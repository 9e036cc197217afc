import type { Duplex } from 'node:stream'
import type { TlsOptions } from '../rmi/dial.ts'

/** Which JVM, as whom, and how it is reached. */
export interface ConnectOptions {
  host: string
  /** The port of `-Dcom.sun.management.jmxremote.port`. */
  port: number
  /** Both, where the JVM asks for them. Without `tls` they travel in clear. */
  user?: string | undefined
  password?: string | undefined
  /** `true` trusts the machine's authorities. With it, a JVM that offers no TLS gets no password. */
  tls?: true | TlsOptions | undefined
  /**
   * Where the JVM's second port is reached, as `host` or `host:port`. Default: `host`, whatever the JVM announces, so that
   * the password goes only to the host that was dialled.
   */
  hostOverride?: string | undefined
  /** Of connecting, and of each call unless it says otherwise. Default 10 s. */
  timeoutMs?: number | undefined
  /** Ends the connection, or the connecting, whenever it aborts. */
  signal?: AbortSignal | undefined
  /** Makes the connections instead of this machine's TCP, for instance through SSH. */
  socket?: ((host: string, port: number) => Promise<Duplex>) | undefined
  /**
   * After how long without a call the JVM is asked for something small, so that it doesn't end the session. Default 50 s:
   * it ends one after 120 s, and one such call may get lost.
   */
  keepAliveMs?: number | undefined
  /**
   * Whether the session is held by a lease of RMI's collector too. Only needed where a server was set up to never end idle
   * sessions: elsewhere calls keep a session alive and leases don't, and one that isn't renewed in time ends it.
   */
  leases?: boolean | undefined
}

/** What one call may say for itself. */
export interface CallOptions {
  timeoutMs?: number | undefined
  /** The caller gives up; the JVM does what it was asked for all the same. */
  signal?: AbortSignal | undefined
}

export const TIMEOUT_MS_DEFAULT = 10_000 // a JVM in a long collection pauses for seconds
export const KEEP_ALIVE_MS_DEFAULT = 50_000
