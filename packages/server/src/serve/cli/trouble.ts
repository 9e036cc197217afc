import { CommanderError } from 'commander'
import { type ProblemCode, TscalerError } from '../../model/problem.ts'
import type { CliIo } from './io.ts'
import { plainLine, sentence } from './text.ts'

/** Says what went wrong on stderr: in sentences, or as one line of JSON that is a problem document. */
export function tellTrouble({ stderr }: Pick<CliIo, 'stderr'>, error: TscalerError, json: boolean): void {
  const lines = json ? [JSON.stringify(problemOf(error))] : inWords(error)
  for (const line of lines) stderr.write(`${line}\n`)
}

/** What was thrown, as an error with a code. A command's own mistakes are `internal` and keep their message. */
export function troubleOf(thrown: unknown): TscalerError {
  if (thrown instanceof TscalerError) return thrown
  if (thrown instanceof CommanderError) return new TscalerError('wrong-usage', usageText(thrown))
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return new TscalerError('internal', `A fault in this command; please report it. ${text}`, { cause: thrown })
}

function inWords({ message, findings }: TscalerError): string[] {
  if (findings.length === 0) return [`tscaler: ${plainLine(sentence(message))}`]
  const lines = findings.map(({ path, message: text }) =>
    plainLine(`  ${path === '' ? '' : `${path}: `}${sentence(text)}`),
  )
  return [`tscaler: ${plainLine(firstLine(message))}`, ...lines]
}

/** Messages that are read alone repeat their findings behind a colon or on further lines; here they are listed below. */
function firstLine(message: string): string {
  const head = /^(.*? can't be taken as given): /.exec(message)?.[1]
  return head === undefined ? (message.split('\n')[0] ?? '') : `${head}:`
}

function problemOf({ code, message, findings }: TscalerError): {
  type: `urn:tscaler:error:${ProblemCode}`
  detail: string
  findings?: readonly { path: string; message: string }[]
} {
  return { type: `urn:tscaler:error:${code}`, detail: message, ...(findings.length > 0 ? { findings } : {}) }
}

/** `error: missing required argument 'id'` as a sentence. */
function usageText({ code, message }: CommanderError): string {
  // The arguments themselves are not repeated: a password may be among them.
  const told = code === 'commander.excessArguments' ? message.replace(/ but got (\d+): .*$/s, ' but got $1') : message
  const text = told
    .replace(/^error: /, '')
    .replaceAll("'", '"')
    .trim()
  return `${sentence(text.charAt(0).toUpperCase() + text.slice(1))} Add --help to see how it is used.`
}
