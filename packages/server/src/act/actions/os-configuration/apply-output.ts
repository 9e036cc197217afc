import { signMark } from './apply-script.ts'
import { readSummary, type Summary } from './summary.ts'

/** Something that Puppet could not do, as it said it. */
export interface Failure {
  /** `Exec[migrate]`. */
  resource: string
  message: string
}

/** Why the script went no further than before Puppet. */
export interface Trouble {
  kind: 'missing' | 'no-root' | 'no-tool' | 'install' | 'modules'
  /** The program that failed, where one did. */
  tool: string
}

/** What is kept of each kind of line: texts for people name a few. */
const keptMax = 200

/** Reads the output of the script that applies a manifest, as it comes. Only what is for people is to be logged. */
export class ApplyOutput {
  /** False: not even the script began; sudo or the shell refused. */
  begun = false
  trouble: Trouble | undefined
  /** Puppet is missing, and a trial installs nothing. */
  notInstalled = false
  /** Puppet's own exit code, where it came to its end. */
  exitCode: number | undefined
  tookS: number | undefined
  readonly failures: Failure[] = []
  /** Errors that are of no resource, such as of the manifest's text. */
  readonly errors: string[] = []
  /** What a trial would change, as lines for people. */
  readonly wouldChange: string[] = []
  /** The last that was said on the error output. */
  lastError = ''
  readonly #summary: string[] = []

  get summary(): Summary | undefined {
    return readSummary(this.#summary)
  }

  /** True where the line is for people too. */
  take(text: string, stream: 'out' | 'err'): boolean {
    if (stream === 'out' && text.startsWith(signMark)) {
      this.#sign(text.slice(signMark.length))
      return false
    }
    if (stream === 'err' && text.trim() !== '' && !text.startsWith('Warning: ')) this.lastError = text.trim()
    const line = text.trim()
    if (line.startsWith('Error: ')) this.#error(line.slice('Error: '.length))
    const would = wouldOf(line)
    if (would !== undefined) keep(this.wouldChange, would)
    return true
  }

  #sign(text: string): void {
    const [word = '', ...rest] = text.split(' ')
    const [first = '', second = ''] = rest
    if (word === 'begun') this.begun = true
    if (word === 'trouble') this.trouble = { kind: first as Trouble['kind'], tool: second }
    if (word === 'not-installed') this.notInstalled = true
    if (word === 'summary') keep(this.#summary, rest.join(' '))
    if (word === 'took') this.tookS = Number(first)
    if (word === 'exit') this.exitCode = Number(first)
  }

  #error(text: string): void {
    const failure = failureOf(text)
    if (failure) keep(this.failures, failure)
    // Facts that can't be read, as in a container, harm nobody.
    else if (!text.startsWith('Facter: ')) keep(this.errors, text)
  }
}

// A resource's path ends with its type and title; the title may hold slashes and colons, so the last type counts.
const resourcePath = /^\/Stage\[[^\]]*\](?:\/.*)?\/([A-Z][\w:]*\[.*?\])((?:\/\w+)?): (.*)$/

function failureOf(text: string): Failure | undefined {
  const [, resource, , message = ''] = resourcePath.exec(text) ?? []
  return resource === undefined ? undefined : { resource, message: message.replace(/^change from .* failed: /, '') }
}

function wouldOf(line: string): string | undefined {
  const [, resource, property = '', message = ''] = resourcePath.exec(line.replace(/^Notice: /, '')) ?? []
  if (resource === undefined || resource.startsWith('Class[')) return undefined
  const [, from, to] = /^current_value (.*), should be (.*?) \(noop\)/.exec(message) ?? []
  if (from !== undefined) return `would change ${resource} ${property.slice(1)} from ${from} to ${to}`
  return message.startsWith("Would have triggered 'refresh'") ? `would refresh ${resource}` : undefined
}

function keep<Item>(list: Item[], item: Item): void {
  if (list.length < keptMax) list.push(item)
}
