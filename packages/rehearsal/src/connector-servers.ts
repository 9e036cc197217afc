import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from './address.ts'
import { javaClasses } from './java-classes.ts'
import { JavaProcess } from './java-process.ts'

/** What the servers should be like. */
export interface ConnectorServersOptions {
  /**
   * How long a server keeps a connection without a request; Java's own limit of 120 s can't be changed in the built-in
   * agent.
   */
  idleMs?: number
  /** MBeans `rehearsal:type=Counters,n=…` of ten counters, the same behind all servers; 1 at first. */
  counterMBeans?: number
}

/** Many JMX connector servers in one real JVM, which play as many JVMs without a login. */
export interface ConnectorServers {
  /** Where each server listens, registry and connection on one port; they share the host. */
  readonly addresses: readonly Address[]
  readonly pid: number
  /** What the JVM wrote so far, 1 MiB at most. */
  output(): string
  /** Ids of the JVM's processes, for who counts processor time. */
  processes(): number[]
  freeze(): void
  thaw(): void
  /** Ends the JVM at once, as a power cut. */
  kill(): Promise<void>
  /** Kills it and removes its folder. May be called twice. */
  stop(): Promise<void>
}

const PORT_MIN = 10_000 // see address.ts
const PORT_MAX = 32_767
const COUNT_MAX = 2_000 // a tenth of the ports: others need some, too
const HEAP_MB = 256 // a server takes less than 0.1 MB, its connection's thread as much again
const READY = /^ready((?: \d+)+)\n/m

/**
 * Starts `count` servers (2,000 at most) on one 127.0.x.y, each on the next free port below 32768. The JVM itself takes
 * the ports and skips those in use, so that nobody can come in between. Takes 1 s and 5 ms a server. Needs a JDK (see
 * `parts.ts`).
 */
export async function startConnectorServers(
  count: number,
  { idleMs = 0, counterMBeans = 1 }: ConnectorServersOptions = {},
): Promise<ConnectorServers> {
  if (count < 1 || count > COUNT_MAX)
    throw new Error(`startConnectorServers: got ${count}, expected 1 to ${COUNT_MAX}.`)
  const java = new JavaProcess(await mkdtemp(join(tmpdir(), 'rehearsal-connectors-')))
  const stop = async () => {
    await java.kill()
    await rm(java.folder, { recursive: true, force: true })
  }
  const host = `127.0.${randomInt(1, 255)}.${randomInt(1, 255)}`
  // So many ports again lie above the first one, for those that are skipped.
  const numbers = [randomInt(PORT_MIN, PORT_MAX - 2 * COUNT_MAX), PORT_MAX, count, idleMs, counterMBeans].map(String)
  const flags = ['-XX:-UsePerfData', '-XX:+UseSerialGC', `-Xmx${HEAP_MB}m`, `-Djava.rmi.server.hostname=${host}`]
  const words = [...flags, '-cp', await javaClasses(), 'ConnectorServers', host, ...numbers]
  const ready = await java.start({ program: 'java', words, ready: READY })
  if (ready === undefined) {
    await stop()
    throw new Error(`The JVM with ${count} connector servers did not start; it wrote:\n${java.output()}`)
  }
  const ports = (ready[1] ?? '').trim().split(' ').map(Number)
  return {
    addresses: ports.map((port) => ({ host, port })),
    get pid() {
      return java.pid
    },
    output: () => java.output(),
    processes: () => java.processes(),
    freeze: () => java.freeze(),
    thaw: () => java.thaw(),
    kill: () => java.kill(),
    stop,
  }
}
