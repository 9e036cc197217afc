import type { FailureKind } from '../../model/sample.ts'
import type { RoundAnswer } from '../machine.ts'
import type { Frame } from './read-answer.ts'
import { outputBytesMax } from './round-message.ts'
import type { SessionEnd } from './session.ts'

/** One script's frame as the port has it. */
export function answerOf(node: string, frame: Frame): RoundAnswer {
  const { exitCode, stdout, stderr } = frame
  if (exitCode === 'syntax') {
    return failed(
      'syntax',
      `${node}: sh can't read the script: ${shown(stderr)}. Nothing of it was run; correct the script.`,
    )
  }
  if (exitCode === 'too-long') return tooLong(node)
  return { kind: 'output', exitCode, stdout, stderr }
}

/** The script printed more than is taken. */
export function tooLong(node: string): RoundAnswer {
  const most = `${outputBytesMax / 1024} KiB`
  return failed('too-long', `${node}: the script printed more than ${most}. Make it print one number and nothing else.`)
}

/** The script was still running at its limit and was ended. */
export function waitedOut(node: string, limitMs: number): RoundAnswer {
  return failed(
    'timeout',
    `${node}: the script was not done after ${seconds(limitMs)} and was ended with all it had started. Make it quicker, or its period longer; something left in the background must not keep its output open.`,
  )
}

/** The round's time was over before the script's answer came. */
export function outOfTime(node: string, deadlineMs: number): RoundAnswer {
  return failed(
    'timeout',
    `${node}: the round ended after ${seconds(deadlineMs)}, before this script was done. Make the slow scripts quicker, or the period longer.`,
  )
}

/** What all scripts of a round get when the shell ended and none of them is to blame. */
export function shellGone(node: string, end: SessionEnd): RoundAnswer {
  if (end.stream.kind === 'lost') return failed('connection-lost', end.stream.text)
  if (end.stream.kind === 'closed') return failed('connection-lost', `${node}: was closed while it was asked.`)
  return failed('no-shell', noShellText(node, end))
}

/** The script ended the very shell that it ran in. */
export function endedShell(node: string, end: SessionEnd): RoundAnswer {
  if (end.stream.kind === 'flood') return tooLong(node)
  return failed(
    'exit',
    `${node}: while the script ran, the shell around it was ended${words(end.said)}. The script must not kill its parents.`,
  )
}

/** The answer to one script was not whole: its output did not fit in the shell's memory, or it broke the shell. */
export function brokenAnswer(node: string): RoundAnswer {
  return failed(
    'too-long',
    `${node}: the script printed more than the shell could hold. Make it print one number and nothing else.`,
  )
}

/** No shell answered in time although the login went well. */
export function silentShell(node: string, limitMs: number, said: string): RoundAnswer {
  return failed(
    'no-shell',
    `${node}: logged in, but no shell answered within ${seconds(limitMs)}${words(said)}. ${shellAdvice}`,
  )
}

/** The failure of a connection, for one script. */
export function failed(failure: FailureKind, text: string): RoundAnswer {
  return { kind: 'failure', failure, text }
}

/** Why there is no shell on a machine that lets one log in. */
export function noShellText(node: string, { stream, said }: SessionEnd): string {
  const code = stream.kind === 'ended' && stream.exitCode !== null ? ` with exit code ${stream.exitCode}` : ''
  return `${node}: logged in, but the login gave no shell: it ended${code}${words(said)}. ${shellAdvice}`
}

const shellAdvice =
  'The user needs a login shell that runs commands: no nologin, no restricted shell, and neither ForceCommand in sshd_config nor command= in authorized_keys.'

function words(said: string): string {
  return said === '' ? '' : `; it said ${shown(said)}`
}

function shown(said: string): string {
  const text = said.trim()
  return JSON.stringify(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text)
}

/** Enough for an error message's line; pages show it in a table. */
const shownCharacters = 300

function seconds(ms: number): string {
  return `${Number((ms / 1_000).toFixed(1))} s`
}
