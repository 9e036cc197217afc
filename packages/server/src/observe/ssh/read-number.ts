import type { FailureKind } from '../../model/sample.ts'
import type { RoundAnswer } from '../../reach/machine.ts'

/** What came out of a script: numbers, or a typed failure. */
export type Reading = { kind: 'numbers'; numbers: number[] } | { kind: 'failure'; failure: FailureKind; text: string }

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** How much of a script's own words is shown with a failure. */
const shownCharacters = 200

/**
 * The numbers a script printed; exactly `expected` of them, apart by white space. Anything else is a failure: it is never read as 0.
 * A script that exits non-zero failed even if it printed a number (design A2: a bad output is an error).
 */
export function readNumbers(answer: RoundAnswer, expected: number): Reading {
  if (answer.kind === 'failure') return answer
  if (answer.exitCode !== 0) {
    return failure(
      'exit',
      `exited with ${answer.exitCode}${words(answer.stderr || answer.stdout)}. Make the script exit with 0.`,
    )
  }
  const text = answer.stdout.trim()
  if (text === '')
    return failure('no-output', `printed nothing${words(answer.stderr)}. Make the script print one number.`)
  const parts = expected === 1 ? [text] : text.split(/\s+/)
  const numbers = parts.map((part) => (number.test(part) ? Number(part) : Number.NaN))
  if (numbers.length !== expected || !numbers.every(Number.isFinite)) {
    return failure(
      'not-a-number',
      `printed ${quote(text)} instead of one number. Make the script print one number and nothing else.`,
    )
  }
  return { kind: 'numbers', numbers }
}

function failure(kind: FailureKind, text: string): Reading {
  return { kind: 'failure', failure: kind, text }
}

function words(said: string): string {
  const text = said.trim()
  return text === '' ? '' : ` and said ${quote(text)}`
}

function quote(text: string): string {
  return JSON.stringify(text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text)
}
