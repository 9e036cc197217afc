import { basename } from 'node:path'
import type { Static, TSchema } from 'typebox'
import type { LocalPrograms, ProgramEnd } from '../../local/local-programs.ts'
import { CloudFailure } from '../cloud.ts'
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
const saidCharacters = 500

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
  let said = ''
  const end = await access.programs.run({
    argv: access.command,
    env: access.env,
    stdin: `${JSON.stringify({ op, ...values })}\n`,
    limitMs: access.callLimitMs,
    outBytesMax,
    onErrorLine(line) {
      if (line.trim() !== '') said = line.trim()
      access.say(`${who}: ${line}`)
    },
    signal,
  })
  const open = acts[op] ? 'doubtful' : 'unreachable'
  const fail = (kind: CloudFailure['kind'], text: string) =>
    new CloudFailure(kind, access.mask(`${who} ${text}`.slice(0, saidCharacters * 2)))
  if (end.kind === 'not-begun') throw fail(acts[op] ? 'unreachable' : 'not-found', `could not be started: ${end.text}.`)
  const last = said === '' ? '' : ` It said last: ${said.slice(0, saidCharacters)}`
  if (end.kind === 'cut-short') throw fail(open, `${cutShort(end.why, access)}.${last}`)
  if (end.exitCode !== 0) {
    throw fail(open, `ended with exit code ${end.exitCode}; what it answers counts only with 0.${last}`)
  }
  const read = readAnswer(schema, end.stdout)
  if (read.kind === 'answer') return read.answer
  if (read.kind === 'trouble') throw fail(read.trouble, `says: ${read.message}`)
  throw fail(open, `gave an answer that can't be used: ${read.text}.${last}`)
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
