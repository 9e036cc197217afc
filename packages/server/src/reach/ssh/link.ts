import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Clock } from '../../model/clock.ts'
import { failureOf, ReachFailure } from '../failure.ts'
import type { ReachLog } from '../log.ts'
import type { HostKeyEvent, MachineStatus, SshAccess } from '../machine.ts'
import { backOffMs } from './back-off.ts'
import type { KeyRing } from './credentials.ts'
import { type KeyVerdict, type Trust, trustFor } from './host-key.ts'
import { stoppedText } from './host-key-text.ts'
import { jumpAccess } from './jump.ts'
import { logIn } from './log-in.ts'
import { quickenKeys } from './quick-keys.ts'
import { openTcp, openThrough } from './socket.ts'
import type { Turns } from './turns.ts'

/** What the links of a fleet share. */
export interface LinkParts {
  clock: Clock
  /** 0 ≤ random < 1, for jitter. */
  random: () => number
  log: ReachLog
  /** Handshakes under way. */
  turns: Turns
  keys: KeyRing
  /** The link to a jump host; one for all that go through it. */
  jump: (access: SshAccess) => SshLink
  onHostKey: (event: HostKeyEvent) => void
}

/**
 * One SSH connection: made when first used, kept open, and after a loss made again when used, with back-off. A host that shows a
 * changed key is left alone for the rest of the link's life.
 */
export class SshLink {
  access: SshAccess
  readonly #parts: LinkParts
  #trust: Trust
  #client: Client | undefined
  #socket: Duplex | undefined
  #connecting: Promise<Client> | undefined
  #failures = 0
  #retryAt = 0 // monotonic
  #stopped: string | undefined
  #closed = false
  #seen: string | undefined
  #status: Omit<MachineStatus, 'state'> = { failure: null, retryAt: null, openedAt: null }

  constructor(access: SshAccess, parts: LinkParts) {
    this.access = access
    this.#parts = parts
    this.#trust = trustFor(access)
    if (access.stopped) this.#stopped = stoppedText(access)
  }

  get status(): MachineStatus {
    return { state: this.#state(), ...this.#status }
  }

  /** The key that is trusted now: the pin, or the one that was met first. */
  get trustedKey(): string | null {
    return this.#trust.pin
  }

  /** The connection; made if there is none. While backing off only the patient are refused at once. Rejects with `ReachFailure`. */
  connected({ patient }: { patient: boolean }): Promise<Client> {
    if (this.#closed) return Promise.reject(closedHere(this.access))
    if (this.#stopped !== undefined) return Promise.reject(new ReachFailure('host-key', this.#stopped))
    if (this.#client !== undefined) return Promise.resolve(this.#client)
    if (this.#connecting !== undefined) return this.#connecting
    const { failure } = this.#status
    if (patient && failure !== null && this.#parts.clock.monotonic() < this.#retryAt) {
      return Promise.reject(new ReachFailure(failure.kind, failure.text))
    }
    this.#connecting = this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  /** Whether this is still the connection. */
  has(client: Client): boolean {
    return this.#client === client
  }

  /** Does the writes of `write` in one packet: ssh2 writes three times a message. */
  inOnePacket(write: () => void): void {
    this.#socket?.cork()
    write()
    this.#socket?.uncork()
  }

  /** The machine does what it should: what failed before counts no more. */
  proved(): void {
    this.#failures = 0
    this.#status.failure = null
  }

  /** Gives the connection up. */
  suspect(text: string): void {
    if (this.#client !== undefined) this.#lost(this.#client, text)
  }

  close(): void {
    this.#closed = true
    this.#client?.end()
    this.#socket?.destroy()
    this.#client = undefined
  }

  #state(): MachineStatus['state'] {
    if (this.#stopped !== undefined) return 'stopped'
    if (this.#client !== undefined) return 'open'
    if (this.#connecting !== undefined) return 'connecting'
    return this.#status.failure === null ? 'idle' : 'backing-off'
  }

  async #connect(): Promise<Client> {
    try {
      const socket = await this.#openSocket()
      const giveBack = await this.#parts.turns.take()
      try {
        return await this.#logIn(socket)
      } finally {
        giveBack()
      }
    } catch (thrown) {
      const failure = failureOf(thrown)
      this.#failed(failure)
      throw failure
    }
  }

  async #openSocket(): Promise<Duplex> {
    const jump = jumpAccess(this.access)
    if (jump === undefined) return await openTcp(this.access, this.#parts.clock)
    if (jump === null) {
      const text = `${this.access.nodeName}: jump host ${JSON.stringify(this.access.jump.at(-1))} is no user@host[:port]. Correct the SSH profile.`
      throw new ReachFailure('unreachable', text)
    }
    const client = await this.#parts.jump(jump).connected({ patient: true })
    return await openThrough(client, jump.nodeName, this.access)
  }

  async #logIn(socket: Duplex): Promise<Client> {
    const { clock, keys } = this.#parts
    const { client, verdict } = await logIn({
      access: this.access,
      socket,
      trust: this.#trust,
      keys,
      clock,
      onRefused: (key) => this.#refused(key),
    })
    if (this.#closed) {
      client.destroy()
      throw closedHere(this.access)
    }
    quickenKeys(client)
    if (verdict.kind === 'new') this.#met(verdict.offered)
    client.once('close', () =>
      this.#lost(client, `${this.access.nodeName}: the connection was lost. It is made again when next used.`),
    )
    this.#client = client
    this.#socket = socket
    this.#status = { failure: null, retryAt: null, openedAt: clock.now() }
    return client
  }

  /** A first key counts from now on, whoever keeps it. */
  #met(offered: string): void {
    this.#trust = { ...this.#trust, pin: offered }
    this.#tell({ kind: 'accepted-new', offered, pinned: null })
  }

  #refused(verdict: KeyVerdict): void {
    if (verdict.kind === 'changed') {
      this.#stopped = stoppedText(this.access)
      this.#tell({ kind: 'changed', offered: verdict.offered, pinned: verdict.expected })
    } else if (verdict.kind === 'unknown' && this.#seen !== verdict.offered) {
      this.#seen = verdict.offered // told once, not with every try
      this.#tell({ kind: 'unknown', offered: verdict.offered, pinned: null })
    }
  }

  #tell(event: Omit<HostKeyEvent, 'nodeId'>): void {
    const { nodeId, nodeName } = this.access
    this.#parts.log.warn({ node: nodeName, kind: event.kind, offered: event.offered }, 'ssh host key')
    if (nodeId !== 0) this.#parts.onHostKey({ nodeId, ...event })
  }

  #lost(client: Client, text: string): void {
    if (this.#client !== client) return
    this.#client = undefined
    const socket = this.#socket
    this.#socket = undefined
    if (!this.#closed) this.#failed(new ReachFailure('connection-lost', text))
    client.destroy()
    socket?.destroy()
  }

  #failed({ kind, message }: ReachFailure): void {
    const { clock, random, log } = this.#parts
    this.#failures += 1
    const waitMs = backOffMs(this.#failures, random())
    this.#retryAt = clock.monotonic() + waitMs
    const now = clock.now()
    const stops = this.#stopped !== undefined
    if (stops) this.#stopped = message
    this.#status = { failure: { kind, text: message, at: now }, retryAt: stops ? null : now + waitMs, openedAt: null }
    log.info({ node: this.access.nodeName, failure: kind, failures: this.#failures, waitMs }, 'ssh connection failed')
  }
}

function closedHere({ nodeName }: SshAccess): ReachFailure {
  return new ReachFailure('connection-lost', `${nodeName}: its connection was closed here.`)
}
