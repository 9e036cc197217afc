import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Address, freeAddress, isFree } from './address.ts'
import { javaClasses } from './java-classes.ts'
import type { JavaLogin } from './java-client.ts'
import { JavaProcess } from './java-process.ts'
import { type AgentAddress, type AgentOptions, agentFlags, writePasswordFiles } from './jvm-flags.ts'
import { type JvmTls, makeStores, storeFlags } from './jvm-tls.ts'

/** What a JVM should be like. Without options: no login, no TLS, one port for all. */
export interface JvmOptions extends AgentOptions {
  /** TLS for the connection; also for the registry, and with a client's certificate asked for, where wanted. */
  tls?: { registry?: boolean; clientCertificate?: boolean }
  /**
   * Where the connection is: at the registry's port (the default), at another fixed one (the default where only one of
   * both speaks TLS, since Java can't share a port then), or where the JVM likes.
   */
  rmiPort?: 'same' | 'other' | 'random'
  /** Most of its heap; 64 at first. */
  heapMb?: number
  /** How many MBeans `rehearsal:type=Counters,n=0`, `n=1`, … of ten counters it has; 1 at first. */
  counterMBeans?: number
  /** Further flags, after all others. */
  flags?: readonly string[]
  /** Where to listen instead of on a free address of its own. Fails when it is taken. */
  address?: Address
}

/**
 * A real JVM with the built-in JMX agent, and with MBeans of every kind (`java/KindsMBean.java` and its neighbours).
 */
export interface Jvm extends JavaLogin {
  readonly host: string
  /** Of the registry. */
  readonly port: number
  /** Of the connection; with `random` another one after each start. */
  readonly rmiPort: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly tls: JvmTls | undefined
  /** 0 while it is killed. */
  readonly pid: number
  readonly folder: string
  /** What it wrote so far, 1 MiB at most, the newest kept. */
  output(): string
  /** Ids of its processes, for who counts processor time. */
  processes(): number[]
  /** Allocates and drops so many megabytes: the heap moves, collections are made. */
  makeGarbage(megabytes: number): Promise<void>
  /**
   * Holds exactly so many megabytes from now on, more or fewer than before, and collects: `HeapMemoryUsage.used`
   * follows.
   */
  holdMemory(megabytes: number): Promise<void>
  /** `rehearsal:type=Bell` sends so many notifications. */
  ring(times: number): Promise<void>
  /** Stops its threads: TCP still connects, nothing answers. */
  freeze(): void
  thaw(): void
  /** Ends it at once, as a power cut. `restart()` brings it back. */
  kill(): Promise<void>
  /** Kills what runs and starts again: same address, login and certificates, all MBeans as at first. */
  restart(): Promise<void>
  /** Kills it and removes the folder. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts a real JVM on 127.0.x.y below port 32768 (but for `rmiPort: 'random'`); gives back when its MBeans are
 * registered. What is not stopped ends with this process. Needs a JDK (see `parts.ts`).
 */
export async function startJvm(options: JvmOptions = {}): Promise<Jvm> {
  const jvm = new RealJvm(await mkdtemp(join(tmpdir(), 'rehearsal-jvm-')), options)
  try {
    await jvm.begin()
    return jvm
  } catch (error) {
    await jvm.stop()
    throw error
  }
}

const START_TRIES_MAX = 5 // another test may take the address between the look and the bind
const READY = /^ready(?: (\d+))?\n/m

// UsePerfData leaves files in /tmp when the JVM is killed; a test is over before the second compiler has paid off.
const QUICK = ['-XX:-UsePerfData', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

class RealJvm implements Jvm {
  host = ''
  port = 0
  rmiPort = 0
  tls: JvmTls | undefined
  readonly folder: string
  readonly #options: JvmOptions
  readonly #java: JavaProcess

  constructor(folder: string, options: JvmOptions) {
    this.folder = folder
    this.#options = options
    this.#java = new JavaProcess(folder)
  }

  get user(): string | undefined {
    return this.#options.password?.user
  }

  get password(): string | undefined {
    return this.#options.password?.password
  }

  get pid(): number {
    return this.#java.pid
  }

  get javaFlags(): string[] {
    return this.tls === undefined ? [] : storeFlags(this.folder, 'client')
  }

  /** Listens at the wanted address, or at a free one found now. */
  async begin(): Promise<void> {
    await writePasswordFiles(this.folder, this.#options.password)
    const wanted = this.#options.address
    for (let tried = 1; ; tried += 1) {
      const address = await this.#withRmiPort(wanted ?? (await freeAddress()))
      await this.#prepareTls(address.host)
      if (await this.#startAt(address)) return
      if (wanted !== undefined || tried >= START_TRIES_MAX || !/in use/i.test(this.output()))
        throw new Error(`The JVM on ${address.host}:${address.port} did not start; it wrote:\n${this.output()}`)
    }
  }

  output(): string {
    return this.#java.output()
  }

  processes(): number[] {
    return this.#java.processes()
  }

  makeGarbage(megabytes: number): Promise<void> {
    return this.#java.order(`garbage ${megabytes}`)
  }

  holdMemory(megabytes: number): Promise<void> {
    return this.#java.order(`hold ${megabytes}`)
  }

  ring(times: number): Promise<void> {
    return this.#java.order(`ring ${times}`)
  }

  freeze(): void {
    this.#java.freeze()
  }

  thaw(): void {
    this.#java.thaw()
  }

  async kill(): Promise<void> {
    await this.#java.kill()
  }

  async restart(): Promise<void> {
    await this.kill()
    const rmiPort = this.#options.rmiPort === 'random' ? 0 : this.rmiPort
    if (!(await this.#startAt({ host: this.host, port: this.port, rmiPort })))
      throw new Error(`The JVM on ${this.host}:${this.port} did not start again; it wrote:\n${this.output()}`)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #startAt(address: AgentAddress): Promise<boolean> {
    const { heapMb = 64, counterMBeans = 1, flags = [] } = this.#options
    const askPort = address.rmiPort === 0 ? [address.host, address.port, this.tls?.registry ? 'tls' : 'clear'] : []
    const words = [
      ...QUICK,
      `-Xmx${heapMb}m`,
      ...agentFlags(this.folder, address, this.#options, this.tls),
      ...flags,
      ...['-cp', await javaClasses(), 'RehearsalJvm', counterMBeans, ...askPort].map(String),
    ]
    const ready = await this.#java.start({ program: 'java', words, ready: READY })
    if (ready === undefined) return false
    this.host = address.host
    this.port = address.port
    this.rmiPort = address.rmiPort === 0 ? Number(ready[1]) : address.rmiPort
    return true
  }

  async #withRmiPort({ host, port }: Address): Promise<AgentAddress> {
    const { tls, rmiPort = tls !== undefined && !tls.registry ? 'other' : 'same' } = this.#options
    if (rmiPort === 'same') return { host, port, rmiPort: port }
    if (rmiPort === 'random') return { host, port, rmiPort: 0 }
    for (let tried = 1; tried <= START_TRIES_MAX; tried += 1) {
      const other = await freeAddress()
      if (other.port !== port && (await isFree({ host, port: other.port }))) return { host, port, rmiPort: other.port }
    }
    throw new Error(`No second free port on ${host} after ${START_TRIES_MAX} tries: end what listens on this machine.`)
  }

  /** The certificate names the address, so that it is made again for each one tried. */
  async #prepareTls(host: string): Promise<void> {
    const { tls } = this.#options
    if (tls === undefined) return
    const { ca, cert, key } = await makeStores(this.folder, host)
    this.tls = { ca, registry: tls.registry ?? false, ...(tls.clientCertificate ? { cert, key } : {}) }
  }
}
