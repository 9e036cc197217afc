import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freeAddress } from './address.ts'
import { JavaProcess } from './java-process.ts'

/** A real memcached of its own. */
export interface Memcached {
  readonly host: string
  readonly port: number
  readonly folder: string
  /** Its threads stand still: TCP still connects, nothing answers, nothing is lost. */
  freeze(): void
  thaw(): void
  /** Ends it at once with all it has, as a power cut. `restart()` brings an empty one back at the same address. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Kills it and removes its folder. May be called twice. */
  stop(): Promise<void>
}

/** Starts memcached on a free port of 127.0.x.y, below 32768; gives back when it answers. Needs memcached (see `parts.ts`). */
export async function startMemcached(): Promise<Memcached> {
  const memcached = new RealMemcached(await mkdtemp(join(tmpdir(), 'rehearsal-memcached-')))
  try {
    await memcached.begin()
    return memcached
  } catch (error) {
    await memcached.stop()
    throw error
  }
}

const START_TRIES_MAX = 5 // another test may take an address between the look and the bind
const LOOKS_MAX = 1_000 // × 10 ms: it listens after 20 ms, on a busy machine after seconds

class RealMemcached implements Memcached {
  host = ''
  port = 0
  readonly folder: string
  readonly #program: JavaProcess

  constructor(folder: string) {
    this.folder = folder
    this.#program = new JavaProcess(folder)
  }

  async begin(): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      const { host, port } = await freeAddress()
      this.host = host
      this.port = port
      if (await this.#start()) return
      if (tried >= START_TRIES_MAX) throw new Error(`memcached did not start; it wrote:\n${this.#program.output()}`)
    }
  }

  freeze(): void {
    this.#program.freeze()
  }

  thaw(): void {
    this.#program.thaw()
  }

  async kill(): Promise<void> {
    await this.#program.kill()
  }

  async restart(): Promise<void> {
    await this.kill()
    if (!(await this.#start())) throw new Error(`memcached did not start again; it wrote:\n${this.#program.output()}`)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #start(): Promise<boolean> {
    // It refuses to be root unless it is told whom to become.
    const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
    const listen = ['-l', this.host, '-p', `${this.port}`, '-U', '0', '-m', '16']
    const words = ['-c', 'echo up; exec "$0" "$@"', 'memcached', ...listen, ...user]
    const begun = await this.#program.start({ program: '/bin/sh', words, ready: /^up\n/m })
    if (begun === undefined) return false
    // It is silent about when it listens.
    for (let look = 0; look < LOOKS_MAX && this.#program.running; look += 1) {
      if (await accepts(this.host, this.port)) return true
      await pause(10)
    }
    await this.kill()
    return false
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
