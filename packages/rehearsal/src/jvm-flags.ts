import { writeFile } from 'node:fs/promises'
import type { Address } from './address.ts'
import { type JvmTls, storeFlags } from './jvm-tls.ts'

/** What the built-in agent of a JVM should be like. */
export interface AgentOptions {
  /** Login is asked for. `password` must have no blanks: Java's password file divides by them. */
  password?: { user: string; password: string; access?: 'readonly' | 'readwrite' }
  /** The host in the JVM's stubs instead of its address, as behind NAT or with a bad hosts file. */
  announcedHost?: string
  /** `java.rmi.dgc.leaseValue`; the wait for a DGCAck is set to a third of it. Java's own: 600,000 and 300,000. */
  leaseMs?: number
  /** How long the JVM leaves a silent connection open. Java's own: 7,200,000. */
  readTimeoutMs?: number
}

/** Where an agent listens. An `rmiPort` of 0 is chosen by the JVM. */
export interface AgentAddress extends Address {
  rmiPort: number
}

/** Writes the agent's password files, where a login is wanted, to `folder`. */
export async function writePasswordFiles(folder: string, login: AgentOptions['password']): Promise<void> {
  if (login === undefined) return
  // The JVM refuses a password file that others may read; at the first login it puts a hash in the password's place.
  await writeFile(`${folder}/password`, `${login.user} ${login.password}\n`, { mode: 0o600 })
  await writeFile(`${folder}/access`, `${login.user} ${login.access ?? 'readwrite'}\n`, { mode: 0o600 })
}

/**
 * The `-D` flags of the built-in agent. The password files, where wanted, lie in `folder` as `password` and `access`.
 */
export function agentFlags(
  folder: string,
  { host, port, rmiPort }: AgentAddress,
  { password, announcedHost, leaseMs, readTimeoutMs }: AgentOptions,
  tls: JvmTls | undefined,
): string[] {
  const of = (name: string, value: string | number | boolean) => `-Dcom.sun.management.jmxremote.${name}=${value}`
  return [
    of('host', host),
    of('port', port),
    ...(rmiPort === 0 ? [] : [of('rmi.port', rmiPort)]),
    `-Djava.rmi.server.hostname=${announcedHost ?? host}`,
    of('authenticate', password !== undefined),
    ...(password === undefined
      ? []
      : [of('password.file', `${folder}/password`), of('access.file', `${folder}/access`)]),
    of('ssl', tls !== undefined),
    ...(tls === undefined ? [] : storeFlags(folder, 'server')),
    ...(tls?.registry ? [of('registry.ssl', true)] : []),
    ...(tls?.key === undefined ? [] : [of('ssl.need.client.auth', true)]),
    ...(leaseMs === undefined
      ? []
      : [`-Djava.rmi.dgc.leaseValue=${leaseMs}`, `-Dsun.rmi.dgc.ackTimeout=${Math.ceil(leaseMs / 3)}`]),
    ...(readTimeoutMs === undefined ? [] : [`-Dsun.rmi.transport.tcp.readTimeout=${readTimeoutMs}`]),
  ]
}
