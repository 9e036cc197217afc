import type { Counter } from '../../model/counter.ts'
import type { Sample } from '../../model/sample.ts'
import type { JvmLink, ReadAnswer } from '../../reach/jmx/jvm-link.ts'
import type { JvmSource } from '../source.ts'
import { type Measure, overs } from './measure.ts'
import { partValue } from './part-value.ts'
import { type Plan, planOf } from './plan.ts'
import { readyMade } from './ready-made.ts'

/** Readings that a rate is made of, by link (so that they go with it) and counter. */
const readings = new WeakMap<JvmLink, Map<number, Reading>>()

interface Reading {
  numbers: readonly number[]
  at: number
  /** When the session was opened: totals of another one may be those of another JVM. */
  openedAt: number | null
}

/** Counters that the JVMs of a node give, over JMX: one read an MBean, pipelined. */
export const jmx: JvmSource = {
  id: 'jmx',
  of: 'jvm',
  summary: "Reads a number from an MBean of each of the node's JVMs.",
  fields: {
    mbean: {
      kind: 'text',
      help: 'An ObjectName such as java.lang:type=Memory, or a pattern such as Catalina:type=Manager,*.',
      maxLength: 1_000,
      optional: true,
    },
    attribute: { kind: 'text', help: 'An attribute of the MBean.', maxLength: 255, optional: true },
    key: {
      kind: 'text',
      help: 'Where the number is within a composite or a table: a name, or names with dots in between.',
      maxLength: 500,
      optional: true,
    },
    over: {
      kind: 'text',
      help: 'How the numbers of all MBeans that a pattern matches become one; count counts them.',
      oneOf: overs,
      optional: true,
    },
    rate: { kind: 'flag', help: 'The number is a running total: how much it grows in a second.', optional: true },
    readyMade: {
      kind: 'text',
      help: 'A counter that comes with tscaler, in place of an MBean.',
      oneOf: Object.keys(readyMade),
      about: aboutReadyMade(),
      optional: true,
    },
  },
  async collect({ jvm, counters, deadlineMs, now }) {
    const plan = planOf(counters)
    const answers = await jvm.read(plan.reads, { deadlineMs })
    const at = now()
    return counters.map((counter, index) => sampleOf({ jvm, counter, answers, at }, plan.measures[index]))
  },
}

interface Taken {
  jvm: JvmLink
  counter: Counter
  answers: readonly ReadAnswer[]
  at: number
}

function sampleOf(taken: Taken, planned: Plan['measures'][number] | undefined): Sample | undefined {
  const { jvm, answers, at } = taken
  const numbers: number[] = []
  for (const { part, read, attribute } of planned?.places ?? []) {
    const found = partValue({ part, place: attribute, title: jvm.title }, answers[read])
    if ('failure' in found) return { kind: 'failure', at, failure: found.failure, text: found.text }
    numbers.push(found.number)
  }
  const value = planned && madeOf(taken, planned.measure, numbers)
  return value === undefined ? undefined : { kind: 'value', at, value }
}

function madeOf(taken: Taken, measure: Measure, numbers: readonly number[]): number | undefined {
  return measure.rate === undefined ? measure.value(numbers) : rateOf(taken, measure.rate, numbers)
}

/** undefined where there is no earlier reading to compare with, or the totals began anew (the JVM was started again). */
function rateOf(
  { jvm, counter, at }: Taken,
  rate: NonNullable<Measure['rate']>,
  numbers: readonly number[],
): number | undefined {
  const known = readings.get(jvm) ?? new Map<number, Reading>()
  readings.set(jvm, known)
  const before = known.get(counter.id)
  const { openedAt } = jvm.status
  known.set(counter.id, { numbers, at, openedAt })
  if (before === undefined || at <= before.at || before.openedAt !== openedAt) return undefined
  if (numbers.some((total, index) => total < (before.numbers[index] ?? 0))) return undefined
  return rate(before.numbers, numbers, at - before.at)
}

/** The names with what they measure, as forms and lists show them. */
function aboutReadyMade(): Record<string, { help: string; unit: string }> {
  return Object.fromEntries(Object.entries(readyMade).map(([name, { help, unit }]) => [name, { help, unit }]))
}
