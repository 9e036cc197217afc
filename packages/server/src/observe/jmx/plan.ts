import type { Counter } from '../../model/counter.ts'
import type { MBeanRead } from '../../reach/jmx/jvm-link.ts'
import type { Measure, Part } from './measure.ts'
import { measureOf } from './measure-of.ts'

/** What is read for some counters: one read an MBean (or pattern), and from which of them each part comes. */
export interface Plan {
  reads: readonly MBeanRead[]
  measures: readonly { measure: Measure; places: readonly PartPlace[] }[]
}

/** Which read answers a part, and which of its attributes. */
export interface PartPlace {
  part: Part
  read: number
  attribute: number
}

/** By the list of due counters, which stays the same from round to round. */
const plans = new WeakMap<readonly Counter[], Plan>()

/** The plan of these counters, made once for each list. */
export function planOf(counters: readonly Counter[]): Plan {
  const known = plans.get(counters) ?? makePlan(counters)
  plans.set(counters, known)
  return known
}

function makePlan(counters: readonly Counter[]): Plan {
  const places = new Map<string, number>()
  const reads: { mbean: string; isPattern: boolean; attributes: string[] }[] = []
  const placeOf = (part: Part): PartPlace => {
    const { mbean, isPattern, attribute } = part
    const place = places.get(mbean) ?? reads.push({ mbean, isPattern, attributes: [] }) - 1
    places.set(mbean, place)
    const attributes = reads[place]?.attributes ?? []
    if (attribute !== null && !attributes.includes(attribute)) attributes.push(attribute)
    return { part, read: place, attribute: attribute === null ? -1 : attributes.indexOf(attribute) }
  }
  const measures = counters.map((counter) => {
    const measure = measureOf(counter)
    return { measure, places: measure.parts.map(placeOf) }
  })
  return { reads, measures }
}
