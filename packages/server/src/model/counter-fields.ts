import type { SourceId } from './counter.ts'
import { isNamePattern, isObjectName } from './object-name.ts'

/** What is wrong with one of a counter's fields. */
export interface FieldTrouble {
  field: string
  message: string
}

/** What is wrong with a source's fields together, each being right by itself. */
export function counterTrouble(source: SourceId, fields: Readonly<Record<string, unknown>>): FieldTrouble[] {
  switch (source) {
    case 'ssh':
      return oneOf(fields, 'script')
    case 'jmx':
      return [...oneOf(fields, 'mbean'), ...(typeof fields.mbean === 'string' ? jmxTrouble(fields, fields.mbean) : [])]
    default:
      return source satisfies never
  }
}

function oneOf(fields: Readonly<Record<string, unknown>>, own: string): FieldTrouble[] {
  const given = [own, 'readyMade'].filter((field) => fields[field] !== undefined)
  if (given.length === 1) return []
  const seen = given.length === 0 ? 'is missing' : 'stands beside readyMade'
  return [{ field: own, message: `${seen}, expected one of ${own} and readyMade` }]
}

function jmxTrouble({ attribute, over, key }: Readonly<Record<string, unknown>>, mbean: string): FieldTrouble[] {
  if (!isObjectName(mbean)) {
    const message = `got ${JSON.stringify(mbean)}, expected an ObjectName such as java.lang:type=Memory`
    return [{ field: 'mbean', message }]
  }
  const found: FieldTrouble[] = []
  if (isNamePattern(mbean) && over === undefined)
    found.push({
      field: 'over',
      message: 'is missing, expected sum, avg, max, min or count, as the MBean is a pattern',
    })
  if (attribute === undefined && (over !== 'count' || key !== undefined))
    found.push({ field: 'attribute', message: 'is missing, expected the name of an attribute' })
  return found
}
