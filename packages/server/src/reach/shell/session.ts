import type { ShellStream, StreamEnd } from './host.ts'
import { answerBytesMax, readyText, roundTail, roundText, slotText } from './round-message.ts'

/** What became of a question: its answer's bytes with the mark that frames them, or how the shell ended before. */
export interface SessionListener {
  answered(answer: Buffer, mark: string): void
  ended(end: SessionEnd): void
}

/** How a shell ended, and what it said outside of any answer (a refusal of the login shell, for one). */
export interface SessionEnd {
  stream: StreamEnd | { kind: 'flood' } | { kind: 'closed' }
  /** False where it never became ready, so that there was no shell at all. */
  ready: boolean
  said: string
}

/** A shell that stays: asked over and over, one message and one answer each time. Knows nothing of limits in time. */
export class ShellSession {
  /** The shell's process id, which is its group's; undefined until it is ready. */
  pid: string | undefined
  readonly #stream: ShellStream
  readonly #random: string
  readonly #whenReady: () => void
  #slots = new Map<string, number>()
  #tails: { scripts: readonly string[]; tail: string }[] = []
  #asked: { mark: string; end: Buffer }[] = []
  #listener: SessionListener | undefined
  #count = 0
  #held: Buffer = nothing
  #said = ''
  #end: SessionEnd | undefined

  /** `random` is the secret part of the marks: letters and digits, new for each session. */
  constructor(stream: ShellStream, random: string, whenReady: () => void) {
    this.#stream = stream
    this.#random = random
    this.#whenReady = whenReady
    stream.listen({
      out: (bytes) => this.#out(bytes),
      err: (bytes) => this.#say(bytes),
      closed: (end) => this.#finish(end),
    })
    stream.write(readyText(this.#mark()))
  }

  /** Whether it should still be asked: it has not ended, and does not hold too many scripts that were edited since. */
  get fit(): boolean {
    return this.#end === undefined && this.#slots.size < slotsMax
  }

  /** What came outside of any answer, at most 1,000 characters. */
  get said(): string {
    return (
      this.#end?.said ?? (this.#said + (this.pid === undefined ? this.#held.toString() : '')).slice(0, saidCharacters)
    )
  }

  /**
   * Asks for the scripts: `together` in one answer, else in one answer each, written as each ends. `listener` is told of every answer in
   * turn, or once that the shell has ended; at once, where it had before. One question at a time.
   */
  ask(scripts: readonly string[], together: boolean, listener: SessionListener): void {
    this.#listener = listener
    if (this.#end !== undefined) {
      listener.ended(this.#end)
      return
    }
    let message = this.#installed(scripts)
    if (together) message += this.#question(scripts)
    else for (const script of scripts) message += this.#question([script])
    this.#stream.write(message)
  }

  /** Nobody waits any longer for what was asked. */
  forget(): void {
    this.#listener = undefined
  }

  /** Ends the shell's input and lets go of it. */
  close(): void {
    this.#finish({ kind: 'closed' })
    this.#stream.end()
    this.#stream.close()
  }

  #question(scripts: readonly string[]): string {
    const mark = this.#mark()
    this.#asked.push({ mark, end: Buffer.from(`${mark}.`, 'latin1') })
    return roundText(mark, this.#tail(scripts))
  }

  #mark(): string {
    this.#count += 1
    return `${this.#random}${this.#count.toString(36)}`
  }

  /** The text that puts into slots what has none yet: mostly nothing. */
  #installed(scripts: readonly string[]): string {
    let text = ''
    for (const script of scripts) {
      if (this.#slots.has(script)) continue
      const slot = this.#slots.size
      this.#slots.set(script, slot)
      text += slotText(slot, script)
    }
    return text
  }

  #tail(scripts: readonly string[]): string {
    for (const known of this.#tails) if (isSame(known.scripts, scripts)) return known.tail
    const tail = roundTail(scripts.map((script) => this.#slots.get(script) ?? 0))
    this.#tails = [{ scripts: [...scripts], tail }, ...this.#tails.slice(0, tailsMax - 1)]
    return tail
  }

  #out(bytes: Buffer): void {
    const held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    const rest = this.pid === undefined ? this.#readReady(held) : held
    this.#held = this.pid === undefined ? rest : this.#readAnswers(rest)
    const most = this.pid === undefined ? noiseBytesMax : answerBytesMax + slackBytes
    if (this.#held.length <= most) return
    this.#finish({ kind: 'flood' })
    this.#stream.close()
  }

  #readReady(held: Buffer): Buffer {
    const mark = `${this.#random}1`
    const from = held.indexOf(mark, 0, 'latin1')
    const end = from < 0 ? -1 : held.indexOf(' ', from, 'latin1')
    if (end < 0) return held
    this.pid = held.toString('latin1', from + mark.length, end)
    this.#whenReady()
    return held.subarray(end + 1)
  }

  #readAnswers(held: Buffer): Buffer {
    let rest = held
    while (this.#asked[0] !== undefined) {
      const { mark, end } = this.#asked[0]
      const at = rest.indexOf(end)
      if (at < 0) return rest
      this.#asked.shift()
      const answer = rest.subarray(0, at)
      rest = rest.subarray(at + end.length)
      this.#listener?.answered(answer, mark)
    }
    return nothing // what comes unasked is not kept
  }

  #say(bytes: Buffer): void {
    if (this.#said.length < saidCharacters) this.#said += bytes.toString()
  }

  #finish(stream: SessionEnd['stream']): void {
    if (this.#end !== undefined) return
    const ready = this.pid !== undefined
    if (!ready) this.#say(this.#held.subarray(0, saidCharacters))
    this.#end = { stream, ready, said: this.#said.slice(0, saidCharacters).trim() }
    this.#held = nothing
    this.#asked = []
    this.#listener?.ended(this.#end)
  }
}

const nothing = Buffer.alloc(0)
/** Periods differ, so that a machine is asked for a few sets in turn: 10 s, 10 s with 60 s, … */
const tailsMax = 8
/** What a login may print before the shell is there; more is no greeting. */
const noiseBytesMax = 262_144
/** The mark that follows the longest answer, and its predecessors' tails. */
const slackBytes = 65_536
const saidCharacters = 1_000
/** Some 100 bytes each; nobody has that many counters on a node, but an editor may come by and by. */
const slotsMax = 1_000

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((script, index) => script === other[index])
}
