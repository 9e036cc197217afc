import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freeAddress } from './address.ts'
import { letGo, reapAtExit } from './reaper.ts'

/** A real database server of its own, in a temporary folder; nothing of the machine's own server is touched. */
export interface DatabaseServer {
  readonly host: string
  readonly port: number
  readonly folder: string
  /** What it wrote so far, 1 MiB at most, the newest kept. */
  output(): string
  /** Runs statements as the server's own administrator and gives back what the server's command line prints, without heads. */
  sql(statements: string, database?: string): Promise<string>
  /** Makes a database and gives its name: an empty one, or a copy of one that nobody is connected to. Only PostgreSQL copies. */
  newDatabase(options?: { template: string }): Promise<string>
  /** A URL of the database for the user `tscaler` (password `tscaler-password`), who owns it. */
  urlOf(database: string): string
  /** Ends it at once, as a power cut. `restart()` brings it back on the same port. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Kills it and removes its folder. May be called twice. */
  stop(): Promise<void>
}

/** The user of `urlOf`. */
export const databaseUser = { name: 'tscaler', password: 'tscaler-password' }

/** What a kind of server needs to be run by `ServerProcess`. */
export interface ServerKind {
  words(address: { host: string; port: number }): readonly string[]
  /** Its words once it listens. */
  ready: RegExp
  /** What ends it as a power cut does. */
  killSignal: NodeJS.Signals
  /** What ends it in order, for good. */
  stopSignal: NodeJS.Signals
  /** Whom it runs as; undefined: as this process. */
  user: { uid: number; gid: number } | undefined
}

// A server with the databases of a hundred tests has half of it.
const MEMORY_BYTES_MIN = 1 << 30

/** A new folder; in memory where there is room, since making tables waits for the disk many times. Short: a socket's path has 107 bytes at most. */
export async function newFolder(prefix: string): Promise<string> {
  const memory = await statfs('/dev/shm').catch(() => undefined)
  const isRoomy = memory !== undefined && memory.bavail * memory.bsize >= MEMORY_BYTES_MIN
  return mkdtemp(join(isRoomy ? '/dev/shm' : tmpdir(), prefix))
}

const OUTPUT_BYTES_MAX = 1 << 20 // as for sshd nodes
const START_TRIES_MAX = 5 // another test may take the port between the look and the bind

/** The process of a server, on a free port below 32768. */
export class ServerProcess {
  host = '127.0.0.1'
  port = 0
  readonly folder: string
  readonly #kind: ServerKind
  readonly #forget: () => void
  #child: ChildProcess | undefined
  #output = ''

  constructor(folder: string, kind: ServerKind) {
    this.folder = folder
    this.#kind = kind
    this.#forget = reapAtExit({ root: undefined, tag: this.#tag }, folder)
  }

  get #tag(): string {
    return `REHEARSAL_DATABASE=${this.folder}`
  }

  output(): string {
    return this.#output
  }

  async begin(): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      const { port } = await freeAddress()
      if (await this.#startAt(port)) return
      if (tried >= START_TRIES_MAX) throw new Error(`The server did not start; it wrote:\n${this.#output}`)
    }
  }

  async restart(): Promise<void> {
    await this.kill()
    // What it left in shared memory may be there for some milliseconds more; then it refuses to start.
    for (let tried = 1; !(await this.#startAt(this.port)); tried += 1) {
      if (tried >= START_TRIES_MAX) throw new Error(`The server did not start again; it wrote:\n${this.#output}`)
    }
  }

  kill(): Promise<void> {
    return this.#end(this.#kind.killSignal)
  }

  async stop(): Promise<void> {
    await this.#end(this.#kind.stopSignal)
    this.#forget()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  /** False where it ended instead: the port may be taken. */
  async #startAt(port: number): Promise<boolean> {
    const [program = '', ...words] = this.#kind.words({ host: this.host, port })
    const [name = '', value] = this.#tag.split('=')
    const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    const child = spawn(program, words, {
      cwd: this.folder,
      env: { PATH, LC_ALL: 'C', HOME: this.folder, [name]: value },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...this.#kind.user,
    })
    this.#child = child
    const before = this.#output.length
    const listens = await new Promise<boolean>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => resolve(false))
      child.stderr.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_BYTES_MAX)
        if (this.#kind.ready.test(this.#output.slice(Math.min(before, this.#output.length)))) resolve(true)
      })
    })
    letGo(child)
    if (listens) this.port = port
    return listens
  }
}
