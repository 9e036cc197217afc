import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Address, freeAddress, freeAddresses } from './address.ts'
import { fingerprintOf, makeEd25519, type TestKey } from './keys.ts'
import { type HeldNamespace, holdNamespace, killAll, type ProcessMark, processesOf, signalAll } from './processes.ts'
import { letGo, reapAtExit } from './reaper.ts'
import { type Account, type AccountOptions, makeAccount } from './sshd-account.ts'
import { type ConfigOptions, sshdConfig } from './sshd-config.ts'

/** What an sshd node should be like. Without options: the user who runs the test, key login only, no noise. */
export interface SshdOptions extends AccountOptions, ConfigOptions {
  /** Public key lines let in beside the node's own `privateKey`. */
  authorizedKeys?: readonly string[]
  /** The host key to begin with; default a fresh one. */
  hostKey?: TestKey
  /** Where to listen instead of on a free address of its own. Fails when it is taken. */
  address?: Address
}

/** A real OpenSSH sshd that plays one machine. */
export interface SshdNode {
  readonly host: string
  readonly port: number
  readonly user: string
  /** `ssh-ed25519 AAAA…`, as in known_hosts; another one after `changeHostKey()`. */
  readonly hostKey: string
  /** `SHA256:…` of `hostKey`. */
  readonly fingerprint: string
  /** OpenSSH text of a key that logs in. */
  readonly privateKey: string
  /** Everything of the node lies here; `authorized_keys` in it is read at each login, so a test may rewrite it. */
  readonly folder: string
  /** The user's home folder, which is in `folder` and not the machine's. */
  readonly home: string
  /** The folder's name as NAME=value, in the environment of all sessions: tells the node's processes from others. */
  readonly tag: string
  /** Ids of the sshd and all that runs in its sessions, detached things included. */
  processes(): number[]
  /** What sshd wrote so far (LogLevel VERBOSE), 1 MiB at most, the newest kept. */
  log(): string
  /** Stops all its processes: TCP still connects, nothing answers. */
  freeze(): void
  thaw(): void
  /** Kills sshd and all sessions at once, as a power cut; files stay. `restart()` brings it back. */
  kill(): Promise<void>
  /** Kills what runs and starts again, same address and host key. */
  restart(): Promise<void>
  /** As `restart()`, with a new host key: the machine was rebuilt, or somebody sits in between. */
  changeHostKey(): Promise<void>
  /** Kills all and removes the folder. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts a real sshd on 127.0.x.y with its own host key and account, as root or as any user; gives back when it
 * listens. What is not stopped ends with this process. Needs openssh-server (see `parts.ts`).
 */
export async function startSshdNode(options: SshdOptions = {}): Promise<SshdNode> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-sshd-'))
  const node = new Node(folder, options)
  try {
    await node.prepare()
    await node.start(options.address)
    return node
  } catch (error) {
    await node.stop()
    throw error
  }
}

/** `count` nodes (254 at most) on 127.0.x.1, 127.0.x.2, … that share one port, as machines of one network do. */
export async function startSshdFleet(count: number, options: SshdOptions = {}): Promise<SshdNode[]> {
  const addresses = await freeAddresses(count)
  const started = await Promise.allSettled(addresses.map((address) => startSshdNode({ ...options, address })))
  const nodes = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed === undefined) return nodes
  await Promise.all(nodes.map((node) => node.stop()))
  throw failed.reason
}

const SSHD = '/usr/sbin/sshd' // sshd starts itself again for each connection and insists on an absolute path
const LOG_BYTES_MAX = 1 << 20 // VERBOSE writes about 1 kB a login: room for a thousand
const START_BYTES_MAX = 4_096 // what sshd writes before it listens is far shorter
const START_TRIES_MAX = 5 // another test may take the address between the look and the bind

class Node implements SshdNode {
  host = ''
  port = 0
  user = ''
  home = ''
  readonly folder: string
  readonly tag: string
  readonly #options: SshdOptions
  readonly #loginKey = makeEd25519()
  #hostKey: TestKey
  #account: Account | undefined
  #child: ChildProcess | undefined
  #namespace: HeldNamespace | undefined
  #log = ''
  #forget = () => {}

  constructor(folder: string, options: SshdOptions) {
    this.folder = folder
    this.tag = `REHEARSAL_NODE=${basename(folder)}`
    this.#options = options
    this.#hostKey = options.hostKey ?? makeEd25519()
  }

  get hostKey(): string {
    return this.#hostKey.publicKey.split(' ').slice(0, 2).join(' ')
  }

  get fingerprint(): string {
    return fingerprintOf(this.#hostKey.publicKey)
  }

  get privateKey(): string {
    return this.#loginKey.privateKey
  }

  async prepare(): Promise<void> {
    await chmod(this.folder, 0o711) // the node's user, who need not be ours, must reach its home
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    this.#account = await makeAccount(this.folder, this.#options)
    this.user = this.#account.user
    this.home = this.#account.home
    const keys = [this.#loginKey.publicKey, ...(this.#options.authorizedKeys ?? [])]
    await writeFile(join(this.folder, 'authorized_keys'), `${keys.join('\n')}\n`)
    await this.#writeHostKey()
  }

  /** Listens at `wanted`, or at a free address found now. */
  async start(wanted?: Address): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      const address = wanted ?? (await this.#pickAddress())
      if (await this.#startAt(address)) return
      if (wanted !== undefined || tried >= START_TRIES_MAX) {
        throw new Error(`sshd on ${address.host}:${address.port} did not start; it wrote:\n${this.#log}`)
      }
    }
  }

  processes(): number[] {
    return processesOf(this.#mark())
  }

  log(): string {
    return this.#log
  }

  freeze(): void {
    signalAll(this.#mark(), 'SIGSTOP')
  }

  thaw(): void {
    signalAll(this.#mark(), 'SIGCONT')
  }

  async kill(): Promise<void> {
    await killAll(this.#mark())
    const child = this.#child
    child?.ref()
    if (child !== undefined && isRunning(child)) await once(child, 'exit')
    this.#child = undefined
    this.#namespace?.release()
    this.#namespace = undefined
    this.#forget()
  }

  async restart(): Promise<void> {
    await this.kill()
    await this.start({ host: this.host, port: this.port })
  }

  async changeHostKey(): Promise<void> {
    this.#hostKey = makeEd25519()
    await this.#writeHostKey()
    await this.restart()
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #startAt({ host, port }: Address): Promise<boolean> {
    const account = this.#account
    if (account === undefined) throw new Error('prepare() comes before start()')
    await writeFile(join(this.folder, 'sshd_config'), sshdConfig(this.folder, account, { host, port }, this.#options))
    const [program, ...words] = [...account.prefix, SSHD, '-D', '-e', '-f', join(this.folder, 'sshd_config')]
    const env = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      REHEARSAL_NODE: basename(this.folder),
    }
    const child = spawn(program ?? SSHD, words, { cwd: '/', env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    this.#forget = reapAtExit(this.#mark(), this.folder)
    if (!(await this.#listens(child))) {
      await this.kill()
      return false
    }
    this.host = host
    this.port = port
    this.#namespace = child.pid === undefined ? undefined : holdNamespace(child.pid)
    this.#forget = reapAtExit(this.#mark(), this.folder)
    letGo(child)
    return true
  }

  /** True once sshd says that it listens, false when it ends before. */
  #listens(child: ChildProcess): Promise<boolean> {
    return new Promise((resolve) => {
      child.once('error', (error) => {
        this.#log += `${error.message}\n`
        resolve(false)
      })
      child.once('close', () => resolve(false))
      let start = '' // of this sshd only: the log may hold an earlier one's words
      child.stderr?.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-LOG_BYTES_MAX)
        if (start.length < START_BYTES_MAX) start += chunk.toString()
        if (start.includes('Server listening on')) resolve(true)
      })
    })
  }

  async #pickAddress(): Promise<Address> {
    const address = await freeAddress()
    return this.#options.anyAddress ? { ...address, host: '127.0.0.1' } : address
  }

  async #writeHostKey(): Promise<void> {
    await writeFile(join(this.folder, 'host_key'), this.#hostKey.privateKey, { mode: 0o600 })
  }

  #mark(): ProcessMark {
    const child = this.#child
    const root = child !== undefined && isRunning(child) ? child.pid : undefined
    return { root, tag: this.tag, ...(this.#namespace === undefined ? {} : { namespace: this.#namespace.name }) }
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}
