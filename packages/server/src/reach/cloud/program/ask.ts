import { basename } from 'node:path'
import type { Static, TSchema } from 'typebox'
import type { LocalPrograms, ProgramEnd } from '../../local/local-programs.ts'
import { CloudFailure, type CloudTrouble } from '../cloud.ts'
import { readAnswer } from './answers.ts'

/** How a program is asked. Its environment holds secrets. */
export interface ProgramAccess {
  programs: LocalPrograms
  /** The program and its arguments. */
  command: readonly string[]
  env: Readonly<Record<string, string>>
  /** One call takes no longer. */
  callLimitMs: number
  /** Whether it looks after a load balancer too. */
  balancer: boolean
  /** Takes what it writes to its error output. */
  say(line: string): void
  /** Takes the secrets out of a text of the program, before it becomes a part of a failure. */
  mask(text: string): string
}

/** What a program can be asked to do; the document it reads has it in `op`. */
export type Operation = keyof typeof acts

/** Whether the operation changes anything: then an answer that never came leaves open whether it was done. */
const acts = {
  launch: true,
  end: true,
  register: true,
  deregister: true,
  find: false,
  byToken: false,
  list: false,
  health: false,
}

/** Answers are a few hundred bytes a machine. */
const outBytesMax = 1_000_000
/** A failure is read on one line of a page. */
const textLengthMax = 1_000

/** Asks a program once: one JSON document in, one out. Throws `CloudFailure`. */
export async function askProgram<Schema extends TSchema>(
  access: ProgramAccess,
  op: Operation,
  values: Readonly<Record<string, unknown>>,
  schema: Schema,
  signal: AbortSignal,
): Promise<Static<Schema>> {
  const who = `${basename(access.command[0] ?? '')} ${op}`
  if (signal.aborted) throw new CloudFailure('unreachable', `${who} was given up before it began.`)
  let last = ''
  const end = await access.programs.run({
    argv: access.command,
    env: access.env,
    stdin: `${JSON.stringify({ op, ...values })}\n`,
    limitMs: access.callLimitMs,
    outBytesMax,
    onErrorLine(line) {
      if (line.trim() !== '') last = ` It said last: ${line.trim()}`
      access.say(`${who}: ${line}`)
    },
    signal,
  })
  const read = readEnd(end, op, schema, access)
  if (read.kind === 'answer') return read.answer
  const text = read.isItsOwn ? read.text : `${read.text}.${last}`
  // Masked before it is cut: half a secret would not be known again.
  throw new CloudFailure(read.kind, `${who} ${access.mask(text).slice(0, textLengthMax)}`)
}

/** Why there is no answer. `isItsOwn`: in the program's own words. */
interface NoAnswer {
  kind: CloudTrouble
  text: string
  isItsOwn?: boolean
}

function readEnd<Schema extends TSchema>(
  end: ProgramEnd,
  op: Operation,
  schema: Schema,
  access: ProgramAccess,
): { kind: 'answer'; answer: Static<Schema> } | NoAnswer {
  const open = acts[op] ? 'doubtful' : 'unreachable'
  // What is there for each call may be away for a moment; a look, which is always first, finds out that it never was.
  if (end.kind === 'not-begun')
    return { kind: acts[op] ? 'unreachable' : 'not-found', text: `could not be started: ${end.text}` }
  if (end.kind === 'cut-short') return { kind: open, text: cutShort(end.why, access) }
  if (end.exitCode !== 0)
    return { kind: open, text: `ended with exit code ${end.exitCode}; what it answers counts only with 0` }
  const read = readAnswer(schema, end.stdout)
  if (read.kind === 'answer') return read
  if (read.kind === 'trouble') return { kind: read.trouble, text: `says: ${read.message}`, isItsOwn: true }
  // What is shown of it is cut, so it is masked before.
  const shown = readAnswer(schema, access.mask(end.stdout))
  return {
    kind: open,
    text: `gave an answer that can't be used: ${shown.kind === 'unreadable' ? shown.text : 'secrets'}`,
  }
}

function cutShort(why: (ProgramEnd & { kind: 'cut-short' })['why'], { callLimitMs }: ProgramAccess): string {
  switch (why) {
    case 'limit':
      return `gave no answer within ${callLimitMs / 1_000} s and was ended`
    case 'output':
      return `wrote more than ${outBytesMax} bytes and was ended`
    case 'aborted':
      return 'was given up before it answered'
    case 'signal':
      return 'was ended by a signal'
    default:
      return why satisfies never
  }
}
