import type { Clock } from '../model/clock.ts'
import { LocalHost } from './local/local-host.ts'
import { loginEnv } from './local/local-machine.ts'
import type { ReachLog } from './log.ts'
import type { HostKeyEvent, Machine, Reach, SshAccess } from './machine.ts'
import { ShellMachine } from './shell-machine.ts'
import { KeyRing } from './ssh/credentials.ts'
import { jumpAccess } from './ssh/jump.ts'
import { type LinkParts, SshLink } from './ssh/link.ts'
import { SshHost } from './ssh/ssh-host.ts'
import { Turns } from './ssh/turns.ts'

/** What reach is made with. */
export interface ReachParts {
  clock: Clock
  /** 0 ≤ random < 1, for jitter. */
  random: () => number
  log: ReachLog
  /** Handshakes under way over the whole fleet; default 8: each is 10 ms of this machine's time, and of its peers'. */
  handshakesMax?: number
  /** The environment of this machine's own shells; default a login's few values. */
  localEnv?: Readonly<Record<string, string>> & { HOME: string }
}

/** All machines there are. Nothing is opened before it is used. */
export function openReach(parts: ReachParts): Reach {
  return new Fleet(parts)
}

const handshakesUsual = 8

interface Entry {
  machine: ShellMachine
  /** undefined for this machine itself. */
  host: SshHost | undefined
}

class Fleet implements Reach {
  readonly #parts: ReachParts
  readonly #shared: LinkParts
  readonly #listeners: ((event: HostKeyEvent) => void)[] = []
  readonly #jumps = new Map<string, SshLink>()
  #machines = new Map<number, Entry>()

  constructor(parts: ReachParts) {
    this.#parts = parts
    this.#shared = {
      clock: parts.clock,
      random: parts.random,
      log: parts.log,
      turns: new Turns(parts.handshakesMax ?? handshakesUsual),
      keys: new KeyRing(),
      jump: (access) => this.#jump(access),
      onHostKey: (event) => {
        for (const listener of this.#listeners) listener(event)
      },
    }
  }

  find(nodeId: number): Machine | undefined {
    return this.#machines.get(nodeId)?.machine
  }

  visit(access: SshAccess): Machine {
    const link = new SshLink(access, { ...this.#shared, onHostKey: () => {} })
    return new ShellMachine(new SshHost(link, this.#parts.clock), this.#parts.clock)
  }

  configure(accesses: readonly SshAccess[], localNodeIds: readonly number[]): void {
    const next = new Map<number, Entry>()
    for (const nodeId of localNodeIds) {
      const before = this.#machines.get(nodeId)
      next.set(nodeId, before !== undefined && before.host === undefined ? before : this.#local())
    }
    for (const access of accesses) {
      const before = this.#machines.get(access.nodeId)
      next.set(
        access.nodeId,
        before?.host !== undefined && stays(before.host.link, access) ? before : this.#remote(access),
      )
    }
    for (const [nodeId, entry] of this.#machines) if (next.get(nodeId) !== entry) entry.machine.close()
    this.#machines = next
    this.#shared.keys.keep(accesses)
    this.#closeJumps(accesses)
  }

  onHostKey(listener: (event: HostKeyEvent) => void): void {
    this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    this.configure([], [])
  }

  #local(): Entry {
    const host = new LocalHost("tscaler's machine", this.#parts.localEnv ?? loginEnv())
    return { machine: new ShellMachine(host, this.#parts.clock), host: undefined }
  }

  #remote(access: SshAccess): Entry {
    const host = new SshHost(new SshLink(access, this.#shared), this.#parts.clock)
    return { machine: new ShellMachine(host, this.#parts.clock), host }
  }

  #jump(access: SshAccess): SshLink {
    const name = identity(access)
    const link = this.#jumps.get(name) ?? new SshLink(access, this.#shared)
    this.#jumps.set(name, link)
    return link
  }

  #closeJumps(accesses: readonly SshAccess[]): void {
    const wanted = new Set<string>()
    for (const access of accesses) {
      for (let jump = jumpAccess(access); jump; jump = jumpAccess(jump)) wanted.add(identity(jump))
    }
    for (const [name, link] of this.#jumps) {
      if (wanted.has(name)) continue
      link.close()
      this.#jumps.delete(name)
    }
  }
}

/** Whether a link goes on as it is: nothing changed, or only the key that it trusts already was written down. */
function stays(link: SshLink, access: SshAccess): boolean {
  const { hostKey } = access
  const pinned =
    hostKey !== null && hostKey === link.trustedKey && !access.stopped ? { ...link.access, hostKey } : link.access
  if (identity(pinned) !== identity(access) || (link.status.state === 'stopped' && !access.stopped)) return false
  link.access = access
  return true
}

function identity(access: SshAccess): string {
  return JSON.stringify(Object.entries(access).sort(([one], [other]) => (one < other ? -1 : 1)))
}
