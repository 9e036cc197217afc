import { type JmxConnection, JmxError } from '@tscaler/jmx'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { ReachLog } from '../log.ts'
import type { Machine, MachineCheck, MachineStatus } from '../machine.ts'
import { backOffMs } from '../ssh/back-off.ts'
import type { Turns } from '../ssh/turns.ts'
import { checkJvm } from './check-jvm.ts'
import { connectTo } from './connect.ts'
import { describeMBean, namesOf } from './explore.ts'
import type { DescribedMBean, JvmAccess, JvmLink, MBeanRead, ReadAnswer } from './jvm-link.ts'
import { Reader } from './reader.ts'
import { jvmFailure, nodeTrouble } from './trouble.ts'

/** What the links of a fleet share. */
export interface LinkParts {
  clock: Clock
  /** 0 ≤ random < 1, for jitter. */
  random: () => number
  log: ReachLog
  /** Logins under way. */
  turns: Turns
  machineOf: (nodeId: number) => Pick<Machine, 'forward'> | undefined
}

/** A login that takes longer waits for the network, not for a processor: it lets the others go on. */
const turnMs = 1_000

interface Session {
  connection: JmxConnection
  reader: Reader
}

/** One login to one JVM: made when first used, kept, and after a loss made again when used, with back-off. */
export class KeptLink implements JvmLink {
  readonly title: string
  readonly #access: JvmAccess
  readonly #parts: LinkParts
  readonly #ending = new AbortController()
  #session: Session | undefined
  #connecting: Promise<Session> | undefined
  #closed = false
  #failures = 0
  #retryAt = 0 // monotonic
  #status: Omit<MachineStatus, 'state'> = { failure: null, retryAt: null, openedAt: null }

  constructor(access: JvmAccess, parts: LinkParts) {
    this.#access = access
    this.#parts = parts
    this.title = `JVM "${access.profileName}" of ${access.nodeName}`
  }

  /** Whether it goes on as it is with this access. */
  isFor(access: JvmAccess): boolean {
    return JSON.stringify(access) === JSON.stringify(this.#access)
  }

  get status(): MachineStatus {
    return { state: this.#state(), ...this.#status }
  }

  async read(reads: readonly MBeanRead[], { deadlineMs }: { deadlineMs: number }): Promise<ReadAnswer[]> {
    const endAt = this.#parts.clock.monotonic() + deadlineMs
    let session: Session
    try {
      session = this.#session ?? (await this.#within(this.#connected({ patient: true }), deadlineMs))
    } catch (thrown) {
      const { kind, message } = jvmFailure(this.title, thrown)
      return reads.map(() => ({ kind: 'failure', failure: kind, text: message }))
    }
    const { answers, silent } = await session.reader.read(reads, endAt)
    // One that hangs keeps its session: the client makes new connections for it by itself, and knows when it goes on.
    if (silent !== null && silent.kind !== 'timeout') this.#lost(session, silent)
    else if (this.#session === session) this.#heard(silent)
    return answers
  }

  names(pattern: string): Promise<string[]> {
    return this.#explore((connection) => namesOf(connection, pattern))
  }

  describe(mbean: string): Promise<DescribedMBean> {
    return this.#explore((connection) => describeMBean(connection, mbean, this.title))
  }

  check(): Promise<MachineCheck> {
    const { machineOf } = this.#parts
    return checkJvm({ access: this.#access, machineOf, signal: this.#ending.signal }, this.title)
  }

  close(): void {
    this.#closed = true
    const session = this.#session
    this.#session = undefined
    // What is open says goodbye first, so that the JVM need not keep the session for its two minutes.
    if (session === undefined) this.#ending.abort()
    else void session.connection.close()
  }

  async #explore<Found>(look: (connection: JmxConnection) => Promise<Found>): Promise<Found> {
    try {
      const { connection } = this.#session ?? (await this.#connected({ patient: false }))
      return await look(connection)
    } catch (thrown) {
      throw jvmFailure(this.title, thrown)
    }
  }

  #state(): MachineStatus['state'] {
    if (this.#session !== undefined) return 'open'
    if (this.#connecting !== undefined) return 'connecting'
    return this.#status.failure === null ? 'idle' : 'backing-off'
  }

  /** While backing off only the patient are refused at once. */
  #connected({ patient }: { patient: boolean }): Promise<Session> {
    if (this.#closed) return Promise.reject(this.#closedHere())
    const { failure } = this.#status
    if (patient && failure !== null && this.#parts.clock.monotonic() < this.#retryAt)
      return Promise.reject(new ReachFailure(failure.kind, failure.text))
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  async #connect(): Promise<Session> {
    const { clock, turns, machineOf } = this.#parts
    const giveBack = once(await turns.take())
    const cancel = clock.after(turnMs, giveBack)
    try {
      const connection = await connectTo({ access: this.#access, machineOf, signal: this.#ending.signal })
      if (this.#closed) {
        void connection.close()
        throw this.#closedHere()
      }
      const session = { connection, reader: new Reader(connection, { title: this.title, clock }) }
      this.#session = session
      this.#status = { failure: null, retryAt: null, openedAt: clock.now() }
      return session
    } catch (thrown) {
      const failure = jvmFailure(this.title, thrown)
      if (!this.#closed) this.#failed(failure)
      throw failure
    } finally {
      cancel()
      giveBack()
    }
  }

  /** A login alone proves nothing: a JVM whose values may not be read is not to be logged in to over and over. */
  #heard(silent: ReachFailure | null): void {
    if (silent === null) this.#failures = 0
    this.#status.failure = silent && this.#asFailure(silent)
  }

  #lost(session: Session, failure: ReachFailure): void {
    if (this.#session !== session) return
    this.#session = undefined
    this.#failed(failure)
    void session.connection.close()
  }

  #failed(failure: ReachFailure): void {
    const { clock, random, log } = this.#parts
    this.#failures += 1
    const waitMs = isDown(failure) ? 0 : backOffMs(this.#failures, random())
    this.#retryAt = clock.monotonic() + waitMs
    this.#status = { failure: this.#asFailure(failure), retryAt: clock.now() + waitMs, openedAt: null }
    const { nodeName, profileName } = this.#access
    log.info(
      { node: nodeName, jvm: profileName, failure: failure.kind, failures: this.#failures, waitMs },
      'jmx connection failed',
    )
  }

  #asFailure({ kind, message }: ReachFailure): NonNullable<MachineStatus['failure']> {
    return { kind, text: message, at: this.#parts.clock.now() }
  }

  /** The connecting goes on when the round has to end; the next one finds it done. */
  #within(connecting: Promise<Session>, limitMs: number): Promise<Session> {
    return new Promise((resolve, reject) => {
      const cancel = this.#parts.clock.after(limitMs, () =>
        reject(
          new ReachFailure(
            'timeout',
            `${this.title}: is still connecting after ${Math.round(limitMs)} ms. It goes on; if it stays so, see its machine and the firewalls in between.`,
          ),
        ),
      )
      connecting.then(resolve, reject).finally(cancel)
    })
  }

  #closedHere(): ReachFailure {
    return new ReachFailure('connection-lost', `${this.title}: its connection was closed here.`)
  }
}

/**
 * Whether the JVM has gone and its machine says so at once. That costs nobody anything, and a JVM that is started again is to be read again
 * within a period: it is tried with every round. Whatever else fails waits for its back-off: passwords that are refused may lock a user out,
 * and silence costs time.
 */
function isDown({ kind, cause }: ReachFailure): boolean {
  if (kind === 'connection-lost' || (cause instanceof JmxError && cause.code === 'refused')) return true
  // The node that it is reached through has a back-off of its own.
  return nodeTrouble(cause) !== undefined
}

function once(work: () => void): () => void {
  let done = false
  return () => {
    if (!done) work()
    done = true
  }
}
