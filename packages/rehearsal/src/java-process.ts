import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Socket } from 'node:net'
import { basename } from 'node:path'
import { killAll, type ProcessMark, processesOf, signalAll } from './processes.ts'
import { letGo, reapAtExit } from './reaper.ts'

const OUTPUT_CHARS_MAX = 1 << 20 // a JVM that logs without end must not fill the test's memory

/** How to start a Java program. */
export interface JavaStart {
  program: string
  words: readonly string[]
  /** Beside PATH, and beside the tag by which all its processes are found. */
  env?: Readonly<Record<string, string>>
  /** The program is up when it has written this. */
  ready: RegExp
}

/**
 * A Java program as a child: awaited by what it writes, ended with this process however that ends. Its folder is the
 * caller's to make and is removed by `remove`, or by the reaper.
 */
export class JavaProcess {
  readonly folder: string
  readonly #tag: string
  #child: ChildProcess | undefined
  #output = ''
  #fresh = ''
  #look = () => {}
  #forget = () => {}
  #ordered: Promise<unknown> = Promise.resolve()

  constructor(folder: string) {
    this.folder = folder
    this.#tag = `REHEARSAL_NODE=${basename(folder)}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get running(): boolean {
    const child = this.#child
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** What it wrote so far, both outputs, those of earlier starts included; 1 MiB at most, the newest kept. */
  output(): string {
    return this.#output
  }

  /** Ids of the program and its children. */
  processes(): number[] {
    return processesOf(this.#mark())
  }

  /** Gives back the match of `ready`; undefined when the program ended before. */
  async start({ program, words, env, ready }: JavaStart): Promise<RegExpExecArray | undefined> {
    this.#fresh = ''
    const path = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin' // parts.ts looked for java by it, too
    const child = spawn(program, words, {
      cwd: this.folder,
      env: { PATH: path, ...env, REHEARSAL_NODE: basename(this.folder) },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#child = child
    this.#forget = reapAtExit(this.#mark(), this.folder)
    child.stdin.on('error', () => {}) // it may end before an order has reached it; `order` says so
    for (const pipe of [child.stdout, child.stderr])
      pipe.setEncoding('utf8').on('data', (text: string) => this.#take(text))
    const found = await this.#written(ready, child)
    if (found === undefined) await this.kill()
    else letGo(child)
    return found
  }

  /**
   * Writes a line to the program and gives back when it has answered "done". Orders are carried out one after another.
   */
  order(line: string): Promise<void> {
    const carriedOut = this.#ordered.then(() => this.#order(line))
    this.#ordered = carriedOut.catch(() => {})
    return carriedOut
  }

  /** Its threads stand still: TCP still connects, nothing answers. */
  freeze(): void {
    signalAll(this.#mark(), 'SIGSTOP')
  }

  thaw(): void {
    signalAll(this.#mark(), 'SIGCONT')
  }

  /** Ends it at once, as a power cut. */
  async kill(): Promise<void> {
    const child = this.#child
    await killAll(this.#mark())
    child?.ref()
    if (child !== undefined && this.running) await once(child, 'exit')
    this.#child = undefined
    this.#forget()
  }

  async #order(line: string): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.running) throw new Error(`The JVM has ended and can't be told "${line}".`)
    this.#fresh = ''
    hold(child)
    child.stdin?.write(`${line}\n`)
    const done = await this.#written(/^done\n/m, child)
    letGo(child)
    if (done === undefined) throw new Error(`The JVM ended when it was told "${line}"; it wrote:\n${this.#output}`)
  }

  #written(pattern: RegExp, child: ChildProcess): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      const end = () => resolve(undefined)
      this.#look = () => {
        const found = pattern.exec(this.#fresh)
        if (found === null) return
        child.off('close', end)
        this.#look = () => {}
        resolve(found)
      }
      child.once('close', end)
      child.once('error', (error) => {
        this.#take(`${error.message}\n`)
        end()
      })
    })
  }

  #take(text: string): void {
    this.#output = (this.#output + text).slice(-OUTPUT_CHARS_MAX)
    this.#fresh = (this.#fresh + text).slice(-OUTPUT_CHARS_MAX)
    this.#look()
  }

  #mark(): ProcessMark {
    return { root: this.running ? this.pid : undefined, tag: this.#tag }
  }
}

/** The opposite of `letGo`: an answer is awaited. */
function hold(child: ChildProcess): void {
  child.ref()
  if (child.stdout instanceof Socket) child.stdout.ref()
}
