import type { CliIo } from './io.ts'
import { table } from './table.ts'
import { plainLine } from './text.ts'

/** What a colour says; never the only thing that says it. */
export type Tone = 'good' | 'bad' | 'warn' | 'faint' | 'strong'

// SGR: the colours that are readable on dark and light terminals alike.
const sgr: Record<Tone, [number, number]> = {
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  faint: [2, 22],
  strong: [1, 22],
}

/** How a command speaks: words and tables to a person, or one JSON document to a program. */
export interface Out {
  readonly json: boolean
  /** A line for people, to stdout. Control characters in it are not passed on. */
  line(text?: string, tone?: Tone): void
  /** A line on how things go, to stderr, where stdout is kept for the answer. */
  note(text: string): void
  /** Aligned columns; the cells of empty columns are left out. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
  /** The whole answer: as JSON where that was asked for, else in the words of `inWords`. */
  answer(value: unknown, inWords: () => void): void
  /** One JSON line of several, for what goes on for a while. */
  jsonLine(value: unknown): void
}

/** Speaks to the streams of `io`. */
export function openOut(io: Pick<CliIo, 'stdout' | 'stderr' | 'colour' | 'environment'>, json: boolean): Out {
  const coloured = io.colour && !io.environment.NO_COLOR
  const line: Out['line'] = (text = '', tone) => {
    io.stdout.write(`${paint(plainLine(text), coloured ? tone : undefined)}\n`)
  }
  return {
    json,
    line,
    note: (text) => void io.stderr.write(`${plainLine(text)}\n`),
    table(head, rows) {
      const [first, ...others] = table(head, rows)
      if (first !== undefined) line(first, 'faint')
      for (const row of others) line(row)
    },
    answer(value, inWords) {
      if (json) io.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
      else inWords()
    },
    jsonLine: (value) => void io.stdout.write(`${JSON.stringify(value)}\n`),
  }
}

function paint(text: string, tone: Tone | undefined): string {
  if (tone === undefined) return text
  const [on, off] = sgr[tone]
  return `\x1b[${on}m${text}\x1b[${off}m`
}
