import type { Counter } from '../../model/counter.ts'
import type { Sample } from '../../model/sample.ts'
import type { RoundAnswer, RoundScript } from '../../reach/machine.ts'
import type { NodeSource, RoundContext } from '../source.ts'
import { readNumbers } from './read-number.ts'
import { type ReadyMade, readyMade } from './ready-made.ts'

/** A script's time limit where the round leaves it that long; design, "Observe". */
const scriptLimitMs = 3_000

/** Readings that a rate is made of, by machine (so that they go with it) and counter. */
const readings = new WeakMap<object, Map<number, { numbers: readonly number[]; at: number }>>()

/** Counters that a script on the node gives, over SSH or, on this machine, from a shell of its own. */
export const ssh: NodeSource = {
  id: 'ssh',
  of: 'node',
  summary: 'Runs a script on the node; the script prints one number.',
  fields: {
    script: { kind: 'text', help: 'Plain sh that prints one number.', lines: 8, optional: true },
    readyMade: {
      kind: 'text',
      help: 'A counter that comes with tscaler, in place of a script.',
      optional: true,
      oneOf: Object.keys(readyMade),
      about: aboutReadyMade(),
    },
  },
  async collect(context) {
    const allowed = context.counters.map((counter) => isAllowed(counter, context))
    const scripts = context.counters.filter((_, index) => allowed[index]).map(scriptOf)
    const limits = { deadlineMs: context.deadlineMs, scriptLimitMs: Math.min(scriptLimitMs, context.deadlineMs) }
    const answers = scripts.length > 0 ? await context.machine.round(scripts, limits) : []
    const at = context.now()
    let next = 0
    return context.counters.map((counter, index) => {
      if (!allowed[index]) return notAllowed(at)
      return sampleOf(context.machine, counter, answers[next++], at)
    })
  },
}

function isAllowed(counter: Counter, { readyMadeOnly }: RoundContext): boolean {
  return !readyMadeOnly || typeof counter.fields.readyMade === 'string'
}

function scriptOf(counter: Counter): RoundScript {
  return { key: counter.id, script: readyMadeOf(counter)?.script ?? String(counter.fields.script) }
}

function readyMadeOf(counter: Counter): ReadyMade | undefined {
  return typeof counter.fields.readyMade === 'string' ? readyMade[counter.fields.readyMade] : undefined
}

function notAllowed(at: number): Sample {
  const text =
    "is a script of one's own on tscaler's machine, where server commands are off. Use a ready-made counter, or set TSCALER_SERVER_COMMANDS=on."
  return { kind: 'failure', at, failure: 'not-allowed', text }
}

function sampleOf(machine: object, counter: Counter, answer: RoundAnswer | undefined, at: number): Sample | undefined {
  const rate = readyMadeOf(counter)?.rate
  const reading = readNumbers(answer ?? noAnswer, rate?.numbers ?? 1)
  if (reading.kind === 'failure') return { kind: 'failure', at, failure: reading.failure, text: reading.text }
  const value = rate === undefined ? reading.numbers[0] : rateOf(machine, counter, reading.numbers, at, rate)
  return value === undefined ? undefined : { kind: 'value', at, value }
}

const noAnswer: RoundAnswer = { kind: 'failure', failure: 'internal', text: 'gave no answer' }

/** undefined where there is no earlier reading to compare with, or the totals began anew (the machine was started again). */
function rateOf(
  machine: object,
  counter: Counter,
  numbers: readonly number[],
  at: number,
  rate: NonNullable<ReadyMade['rate']>,
): number | undefined {
  const known = readings.get(machine) ?? new Map<number, { numbers: readonly number[]; at: number }>()
  readings.set(machine, known)
  const before = known.get(counter.id)
  known.set(counter.id, { numbers, at })
  if (before === undefined || at <= before.at) return undefined
  if (numbers.some((total, index) => total < (before.numbers[index] ?? 0))) return undefined
  return rate.of(before.numbers, numbers, at - before.at)
}

/** The names with what they measure, as forms and lists show them. */
function aboutReadyMade(): Record<string, { help: string; unit: string }> {
  return Object.fromEntries(Object.entries(readyMade).map(([name, { help, unit }]) => [name, { help, unit }]))
}
