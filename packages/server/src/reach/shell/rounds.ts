import type { Clock } from '../../model/clock.ts'
import { failureOf } from '../failure.ts'
import type { RoundAnswer, RoundScript } from '../machine.ts'
import * as say from './answers.ts'
import { type Asked, ask, type Limits, openSession } from './ask.ts'
import type { ShellHost } from './host.ts'
import { killGroup } from './kill-group.ts'
import { readAnswer } from './read-answer.ts'
import type { SessionEnd, ShellSession } from './session.ts'
import { SlowScripts } from './slow-scripts.ts'

/** A try ends at this share of the deadline at the latest, so that there is time for a second one. */
const stepShare = 0.4
/** A slow script that needed less than this share of a try is quick again. */
const quickShare = 0.5
/** Shells of their own that one machine's slow scripts have at a time; sshd allows 10 channels a connection unless told. */
const slowAtOnceMax = 3
/** After a round that took too long together, though no script alone did, so many are asked script by script. */
const apartRounds = 3

/** A round under way: its scripts, and the answers in their places. */
interface Round {
  scripts: readonly RoundScript[]
  answers: (RoundAnswer | undefined)[]
  limits: Limits
}

/**
 * The rounds of one machine in one shell that stays. A round goes out as one message and comes back as one answer. Where that does not
 * come in time, or the shell dies of it, the scripts are asked again with an answer each, which names the one at fault; that one then
 * runs in a shell of its own until it was quick three times.
 */
export class ShellRounds {
  readonly #host: ShellHost
  readonly #clock: Clock
  readonly #slow = new SlowScripts()
  #session: ShellSession | undefined
  #apart = 0
  #busy: Promise<unknown> | undefined
  #closed = false

  constructor(host: ShellHost, clock: Clock) {
    this.#host = host
    this.#clock = clock
  }

  /** See `Machine.round`. A round that comes while another is under way waits for it. */
  async round(
    scripts: readonly RoundScript[],
    wanted: { deadlineMs: number; scriptLimitMs: number },
  ): Promise<RoundAnswer[]> {
    if (scripts.length === 0) return []
    const { deadlineMs, scriptLimitMs } = wanted
    const endAt = this.#clock.monotonic() + deadlineMs
    const limits = { deadlineMs, endAt, stepMs: Math.min(scriptLimitMs, deadlineMs * stepShare) }
    while (this.#busy !== undefined) await this.#busy
    const under = this.#run({ scripts, answers: new Array(scripts.length).fill(undefined), limits })
    this.#busy = under
    try {
      return await under
    } finally {
      this.#busy = undefined
    }
  }

  /** Ends the shell. */
  close(): void {
    this.#closed = true
    this.#session?.close()
    this.#session = undefined
  }

  async #run(round: Round): Promise<RoundAnswer[]> {
    const { scripts, answers, limits } = round
    try {
      if (this.#slow.none) await this.#common(round, allOf(scripts))
      else await this.#withSlow(round)
    } catch (thrown) {
      const { kind, message } = failureOf(thrown)
      fill(answers, say.failed(kind, message))
    }
    return answers.map((answer) => answer ?? say.outOfTime(this.#host.nodeName, limits.deadlineMs))
  }

  /** The quick ones together, and beside them the slow ones in shells of their own, a few at a time. */
  async #withSlow(round: Round): Promise<void> {
    const slow: number[] = []
    const quick: number[] = []
    for (const [index, script] of round.scripts.entries()) (this.#slow.has(script) ? slow : quick).push(index)
    const lanes = Array.from({ length: slowAtOnceMax }, async () => {
      for (let index = slow.shift(); index !== undefined; index = slow.shift()) await this.#alone(round, index)
    })
    await Promise.all([this.#common(round, quick), ...lanes])
  }

  async #common(round: Round, wanted: readonly number[]): Promise<void> {
    if (wanted.length === 0) return
    if (this.#apart === 0) return await this.#together(round, wanted)
    const beganAt = this.#clock.monotonic()
    await this.#each(round, wanted)
    const tookMs = this.#clock.monotonic() - beganAt
    this.#apart = tookMs > round.limits.stepMs ? apartRounds : Math.max(0, this.#apart - 1)
  }

  async #together(round: Round, wanted: readonly number[]): Promise<void> {
    const session = await this.#usable(round.limits)
    let whole = false
    const asked = await this.#ask(session, round, wanted, true, (bytes, mark) => {
      const frames = readAnswer(bytes, mark, wanted.length)
      whole = frames !== undefined
      frames?.forEach((frame, place) => {
        round.answers[wanted[place] ?? 0] = say.answerOf(this.#host.nodeName, frame)
      })
    })
    if (whole) return
    if (asked.kind !== 'ended') this.#apart = apartRounds
    if (!this.#survives(session, asked, round)) return
    await this.#each(round, wanted)
  }

  /** One answer a script: who is late, too big or ends the shell is known by its turn, and the others go on in a new shell. */
  async #each(round: Round, wanted: readonly number[]): Promise<void> {
    let left = wanted
    while (left.length > 0 && !this.#isOver(round)) {
      const session = await this.#usable(round.limits)
      const asked = await this.#askEach(session, round, left)
      if (asked.kind === 'answered' || !this.#survives(session, asked, round)) return
      const culprit = left[asked.answers]
      if (culprit !== undefined) this.#blame(round, culprit, asked)
      left = left.slice(asked.answers + 1)
    }
  }

  /** A slow script in a shell that is only its own. */
  async #alone(round: Round, index: number): Promise<void> {
    const session = await openSession(this.#host, this.#clock, round.limits)
    const beganAt = this.#clock.monotonic()
    const asked = await this.#askEach(session, round, [index])
    if (asked.kind === 'answered') {
      session.close()
      const quick = this.#clock.monotonic() - beganAt < round.limits.stepMs * quickShare
      const [script] = round.scripts.slice(index, index + 1)
      if (script !== undefined) this.#slow.tell(script, quick)
    } else if (this.#survives(session, asked, round)) this.#blame(round, index, asked)
  }

  #askEach(session: ShellSession, round: Round, wanted: readonly number[]): Promise<Asked> {
    let place = 0
    return this.#ask(session, round, wanted, false, (bytes, mark) => {
      const frame = readAnswer(bytes, mark, 1)?.[0]
      const index = wanted[place] ?? 0
      place += 1
      const node = this.#host.nodeName
      round.answers[index] = frame === undefined ? say.brokenAnswer(node) : say.answerOf(node, frame)
      if (frame === undefined) this.#setApart(round, index)
    })
  }

  #ask(
    session: ShellSession,
    { scripts, limits }: Round,
    wanted: readonly number[],
    together: boolean,
    take: (bytes: Buffer, mark: string) => void,
  ): Promise<Asked> {
    const texts = wanted.map((index) => scripts[index]?.script ?? '')
    return ask(session, texts, { together, clock: this.#clock, limits }, take)
  }

  /** Lets go of a shell that gave no proper answer; false where that is not a script's doing, so that asking again is of no use. */
  #survives(session: ShellSession, asked: Asked, { answers, limits }: Round): boolean {
    const node = this.#host.nodeName
    if (asked.kind === 'answered') return true
    this.#drop(session, asked)
    if (asked.kind === 'ended' && !isScriptsDoing(asked.end)) fill(answers, say.shellGone(node, asked.end))
    else if (session.pid === undefined) fill(answers, say.silentShell(node, limits.stepMs, session.said))
    else return true
    return false
  }

  #blame(round: Round, index: number, asked: Asked): void {
    const node = this.#host.nodeName
    // Cut short by the round's end, not by its own limit: it may be as quick as any.
    if (asked.kind === 'late' && this.#isOver(round)) return
    round.answers[index] =
      asked.kind === 'ended' ? say.endedShell(node, asked.end) : say.waitedOut(node, round.limits.stepMs)
    this.#setApart(round, index)
  }

  #setApart({ scripts }: Round, index: number): void {
    const [script] = scripts.slice(index, index + 1)
    if (script !== undefined) this.#slow.add(script)
    this.#apart = 0
  }

  #isOver({ limits }: Round): boolean {
    return this.#clock.monotonic() >= limits.endAt
  }

  async #usable(limits: Limits): Promise<ShellSession> {
    if (this.#session?.fit) return this.#session
    this.#session?.close()
    this.#session = undefined
    const session = await openSession(this.#host, this.#clock, limits)
    if (this.#closed) session.close()
    else this.#session = session
    return session
  }

  /** Ends a shell with all that its scripts have started. */
  #drop(session: ShellSession, asked: Asked): void {
    if (session === this.#session) this.#session = undefined
    const lives = asked.kind === 'late' || (asked.kind === 'ended' && asked.end.stream.kind === 'flood')
    if (lives && session.pid !== undefined) void killGroup(this.#host, this.#clock, session.pid)
    session.close()
  }
}

function isScriptsDoing({ ready, stream }: SessionEnd): boolean {
  return ready && (stream.kind === 'ended' || stream.kind === 'flood')
}

function allOf(scripts: readonly RoundScript[]): number[] {
  return scripts.map((_, index) => index)
}

/** Gives the answer to all that have none. */
function fill(answers: (RoundAnswer | undefined)[], answer: RoundAnswer): void {
  for (const [index, known] of answers.entries()) if (known === undefined) answers[index] = answer
}
