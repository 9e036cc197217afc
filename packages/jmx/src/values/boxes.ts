import { JavaObject } from '../serialization/graph.ts'
import type { Scalar } from '../serialization/primitives.ts'

/** Objects that hold one primitive in their one field, and that primitive's type. */
const BOXES: ReadonlyMap<string, string> = new Map([
  ['java.lang.Long', 'J'],
  ['java.lang.Integer', 'I'],
  ['java.lang.Double', 'D'],
  ['java.lang.Boolean', 'Z'],
  ['java.lang.Float', 'F'],
  ['java.lang.Short', 'S'],
  ['java.lang.Byte', 'B'],
  ['java.lang.Character', 'C'],
  ['java.util.concurrent.atomic.AtomicInteger', 'I'],
  ['java.util.concurrent.atomic.AtomicLong', 'J'],
])

/** A boxed primitive: its type, its value and where that stands in the reply. */
export interface Box {
  code: string
  value: Scalar
  at: number
}

/** The primitive in an object that is a box of one, written as the JDK writes it; undefined for all others. */
export function openBox(content: unknown): Box | undefined {
  if (!(content instanceof JavaObject)) return undefined
  const code = BOXES.get(content.desc.name)
  const [level] = content.levels
  if (code === undefined || level === undefined || content.levels.length !== 1) return undefined
  const [field] = level.desc.fields
  if (level.desc.fields.length !== 1 || field?.code !== code || level.custom.length > 0) return undefined
  return { code, value: level.values[0] as Scalar, at: content.dataAt }
}
