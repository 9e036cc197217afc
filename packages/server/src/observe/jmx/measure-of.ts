import type { Counter } from '../../model/counter.ts'
import { first, type Measure, type Over, overs, part, perSecond } from './measure.ts'
import { readyMade } from './ready-made.ts'

/** What the counter measures, by its fields. */
export function measureOf({ fields }: Pick<Counter, 'fields'>): Measure {
  const known = typeof fields.readyMade === 'string' ? readyMade[fields.readyMade] : undefined
  if (known !== undefined) return known.measure
  const { mbean, attribute, key, over, rate } = fields
  const own = part(String(mbean), typeof attribute === 'string' ? attribute : null, {
    ...(typeof key === 'string' ? { key } : {}),
    ...(isOver(over) ? { over } : {}),
  })
  return { parts: [own], value: first, ...(rate === true ? { rate: perSecond } : {}) }
}

function isOver(value: unknown): value is Over {
  return overs.some((over) => over === value)
}
