import { JmxError } from '@tscaler/jmx'
import type { MBeanValues, ReadAnswer, ReadFailure } from '../../reach/jmx/jvm-link.ts'
import { jvmFailure } from '../../reach/jmx/trouble.ts'
import type { Over, Part } from './measure.ts'
import { type Found, numberIn } from './number-in.ts'

/** One part of a counter, and where its attribute stands among those that were read of the MBean. */
export interface Asked {
  part: Part
  place: number
  /** Which JVM, in texts. */
  title: string
}

/** The number of one part of a counter, or why there is none. */
export function partValue(asked: Asked, answer: ReadAnswer | undefined): { number: number } | ReadFailure {
  const { part, title } = asked
  if (answer === undefined) return { failure: 'internal', text: `${title}: ${part.mbean} gave no answer.` }
  if (answer.kind === 'failure') return answer
  return part.isPattern ? overAll(asked, answer.mbeans) : ofOne(asked, answer.mbeans[0])
}

function ofOne(asked: Asked, mbean: MBeanValues | undefined): { number: number } | ReadFailure {
  const { part, title } = asked
  if (part.attribute === null) return { number: mbean === undefined ? 0 : 1 }
  const found = mbean && numberOf(asked, mbean)
  return found ?? missing(`${title}: ${part.mbean} has no attribute ${part.attribute}.`)
}

/** MBeans that have no such attribute are left out: Tomcat's pools have neighbours of the same type without threads. */
function overAll({ part, place, title }: Asked, mbeans: readonly MBeanValues[]): { number: number } | ReadFailure {
  const { attribute, over } = part
  if (attribute === null) return { number: mbeans.length }
  const numbers: number[] = []
  for (const mbean of mbeans) {
    const found = numberOf({ part, place, title }, mbean)
    if (found === undefined) continue
    if ('failure' in found) return found
    numbers.push(found.number)
  }
  if (numbers.length > 0 || over === 'count') return { number: combine(numbers, over) }
  if (mbeans.length > 0)
    return missing(
      `${title}: none of the ${mbeans.length} MBeans that ${part.mbean} matches has attribute ${attribute}.`,
    )
  const text = `${title}: ${part.mbean} matches no MBean. Look it up in the MBean explorer; what it belongs to may not have been started.`
  return { failure: 'no-such-mbean', text }
}

/** undefined where the MBean has no such attribute. */
function numberOf(
  { part: { attribute, key }, place, title }: Asked,
  { mbean, readings }: MBeanValues,
): { number: number } | ReadFailure | undefined {
  const value = readings[place]
  if (value === undefined) return undefined
  if (value instanceof JmxError) {
    const { kind, message } = jvmFailure(title, value)
    return kind === 'no-such-attribute' ? undefined : { failure: kind, text: message }
  }
  const found: Found =
    typeof value === 'number' && key === '' && Number.isFinite(value) ? { number: value } : numberIn(value, key)
  if ('number' in found) return found
  const text = `${title}: ${mbean} ${attribute} is ${found.instead}, expected a number. Correct the counter's attribute or key.`
  return { failure: key !== '' && found.instead.includes(' without ') ? 'no-such-attribute' : 'not-a-number', text }
}

function missing(what: string): ReadFailure {
  return { failure: 'no-such-attribute', text: `${what} Look it up in the MBean explorer.` }
}

function combine(numbers: readonly number[], over: Over): number {
  switch (over) {
    case 'sum':
      return numbers.reduce((sum, one) => sum + one, 0)
    case 'avg':
      return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
    case 'max':
      return numbers.reduce((most, one) => Math.max(most, one))
    case 'min':
      return numbers.reduce((least, one) => Math.min(least, one))
    case 'count':
      return numbers.length
    default:
      return over satisfies never
  }
}
