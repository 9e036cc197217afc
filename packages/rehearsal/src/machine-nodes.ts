import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { makeEd25519, type TestKey } from './keys.ts'
import { MACHINE } from './namespaces.ts'
import { mountNamespaceOf, type ProcessMark, signalAll } from './processes.ts'
import { letGo, reapAtExit } from './reaper.ts'

const run = promisify(execFile)

/** A network of its own, 10.77.0.0/24, that no packet leaves: it has no route and no interface of the box. */
export interface Hub {
  /** The network namespace's name, below /run/netns. */
  readonly name: string
  /** The hub's own address in it, from where the program under test talks to the nodes. */
  readonly host: string
  /** Words that run the command after them inside the network. */
  readonly enter: readonly string[]
  /** Node `number` (1 to 240) at 10.77.0.(number + 10), listening on port 22. */
  startMachineNode(number: number, options?: MachineOptions): Promise<MachineNode>
  /** Stops its nodes and removes the network. */
  stop(): Promise<void>
}

/** What a machine node lets in beside its own key, and how it shows itself. */
export interface MachineOptions {
  authorizedKeys?: readonly string[]
  /** Default a fresh one. */
  hostKey?: TestKey
}

/** A node that is a machine to all that looks: own network, processes, host name, and files that it may change. */
export interface MachineNode {
  readonly number: number
  readonly host: string
  readonly port: number
  readonly user: string
  readonly hostKey: string
  readonly fingerprint: string
  readonly privateKey: string
  /** What sshd wrote so far. */
  log(): string
  /** Stops all its processes: TCP still connects, nothing answers. */
  freeze(): void
  thaw(): void
  /** Pulls its network cable: open connections hang, new ones get no answer. */
  unplug(): Promise<void>
  plug(): Promise<void>
  /** Kills the machine. Nothing of it stays; its number may be used again. */
  stop(): Promise<void>
}

/** Makes a network for nodes. Needs root; see `part('machines')`. */
export async function startHub(): Promise<Hub> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-hub-'))
  const hub = new MachineHub(folder)
  try {
    await hub.start()
    return hub
  } catch (error) {
    await hub.stop()
    throw error
  }
}

const LOG_BYTES_MAX = 1 << 20 // as for sshd nodes

class MachineHub implements Hub {
  readonly name: string
  readonly host = '10.77.0.1'
  readonly enter: readonly string[]
  readonly #folder: string
  readonly #nodes = new Set<Machine>()
  #forget = () => {}

  constructor(folder: string) {
    this.#folder = folder
    this.name = basename(folder)
    this.enter = ['nsenter', `--net=/run/netns/${this.name}`]
  }

  async start(): Promise<void> {
    this.#forget = reapAtExit({ root: undefined, tag: `REHEARSAL_HUB=${this.name}` }, this.#folder)
    await run('ip', ['netns', 'add', this.name])
    const inside = (...words: string[]) => run('ip', ['-n', this.name, ...words])
    await inside('link', 'set', 'lo', 'up')
    await inside('link', 'add', 'br0', 'type', 'bridge')
    await inside('addr', 'add', `${this.host}/24`, 'dev', 'br0')
    await inside('link', 'set', 'br0', 'up')
    // Who asks for a node before it is there would otherwise wait a whole second for the next ARP question.
    const settings = ['net.ipv4.neigh.br0.retrans_time_ms=10', 'net.ipv6.conf.br0.disable_ipv6=1']
    await run('nsenter', [`--net=/run/netns/${this.name}`, 'sysctl', '-qw', ...settings])
  }

  async startMachineNode(number: number, options: MachineOptions = {}): Promise<MachineNode> {
    const node = new Machine(number, this.name, join(this.#folder, `vm${number}`), (gone) => this.#nodes.delete(gone))
    this.#nodes.add(node)
    try {
      await node.start(options)
      return node
    } catch (error) {
      await node.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#nodes].map((node) => node.stop()))
    await run('ip', ['netns', 'del', this.name]).catch(() => {}) // start() may have failed before it was there
    this.#forget()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

class Machine implements MachineNode {
  readonly number: number
  readonly host: string
  readonly port = 22
  readonly user = 'root'
  readonly #hub: string
  readonly #folder: string
  readonly #onStop: (node: Machine) => void
  #hostKey = makeEd25519()
  readonly #loginKey = makeEd25519()
  #child: ChildProcess | undefined
  #log = ''
  #forget = () => {}

  constructor(number: number, hub: string, folder: string, onStop: (node: Machine) => void) {
    this.number = number
    this.host = `10.77.0.${number + 10}`
    this.#hub = hub
    this.#folder = folder
    this.#onStop = onStop
  }

  get hostKey(): string {
    return this.#hostKey.publicKey.split(' ').slice(0, 2).join(' ')
  }

  get fingerprint(): string {
    return this.#hostKey.fingerprint
  }

  get privateKey(): string {
    return this.#loginKey.privateKey
  }

  async start({ authorizedKeys = [], hostKey }: MachineOptions): Promise<void> {
    if (hostKey !== undefined) this.#hostKey = hostKey
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
    await mkdir(join(this.#folder, 'mnt'), { recursive: true })
    await writeFile(join(this.#folder, 'host_key'), this.#hostKey.privateKey, { mode: 0o600 })
    const keys = [this.#loginKey.publicKey, ...authorizedKeys]
    await writeFile(join(this.#folder, 'authorized_keys'), `${keys.join('\n')}\n`)
    const init = ['/bin/sh', join(import.meta.dirname, 'machine-init.sh'), this.#folder, String(this.number), this.#hub]
    const env = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      REHEARSAL_NODE: this.#tagValue(),
    }
    const child = spawn('unshare', [...MACHINE, ...init], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    // The unshare process carries the tag, and its end is the end of the machine.
    this.#forget = reapAtExit(this.#outerMark(), this.#folder)
    await this.#listens(child)
    letGo(child)
  }

  log(): string {
    return this.#log
  }

  freeze(): void {
    signalAll(this.#innerMark(), 'SIGSTOP')
  }

  thaw(): void {
    signalAll(this.#innerMark(), 'SIGCONT')
  }

  async unplug(): Promise<void> {
    await run('ip', ['-n', this.#hub, 'link', 'set', `v${this.number}`, 'down'])
  }

  async plug(): Promise<void> {
    await run('ip', ['-n', this.#hub, 'link', 'set', `v${this.number}`, 'up'])
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.ref()
      const ended = once(child, 'exit')
      // Killing unshare itself would let its exit come before the machine is gone; so its only child is killed.
      const init = readChildren(child.pid)[0]
      process.kill(init ?? child.pid, 'SIGKILL')
      await ended
      // The kernel takes a dead namespace's interfaces away a while later; the number should be free at once.
      await run('ip', ['-n', this.#hub, 'link', 'del', `v${this.number}`]).catch(() => {})
    }
    this.#forget()
    this.#onStop(this)
    await rm(this.#folder, { recursive: true, force: true })
  }

  #listens(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`Machine node ${this.host} did not start; it wrote:\n${this.#log}`))
      child.once('error', reject)
      child.once('close', fail)
      child.stderr?.on('data', (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-LOG_BYTES_MAX)
        if (this.#log.includes('Server listening on 0.0.0.0')) resolve()
      })
    })
  }

  #tagValue(): string {
    return `${this.#hub}-${this.number}`
  }

  #outerMark(): ProcessMark {
    return { root: this.#child?.pid, tag: `REHEARSAL_NODE=${this.#tagValue()}` }
  }

  /** All processes inside: those of the mount namespace of process 1, which is the child of unshare. */
  #innerMark(): ProcessMark {
    const init = this.#child?.pid === undefined ? undefined : readChildren(this.#child.pid)[0]
    const namespace = init === undefined ? undefined : mountNamespaceOf(init)
    const ours = namespace === mountNamespaceOf('self')
    return { root: init, tag: '-', ...(namespace === undefined || ours ? {} : { namespace }) }
  }
}

function readChildren(id: number): number[] {
  const text = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}
