import { type Content, JavaObject } from '../serialization/graph.ts'
import { listElements } from '../values/collections.ts'

/** Which attributes a reply answers: the one of getAttribute, or those of getAttributes, each with its place. */
export type Answers = 'one' | ReadonlyMap<string, number>

/** What was read of each attribute, in order; undefined where the JVM has left one out. Undefined when it is no such reply. */
export function answersOf(content: Content, answers: Answers): (Content | undefined)[] | undefined {
  if (answers === 'one') return [content]
  const elements = listElements(content)
  if (!elements) return undefined
  const contents: (Content | undefined)[] = new Array(answers.size).fill(undefined)
  for (const element of elements) {
    if (!(element instanceof JavaObject) || !element.desc.is('javax.management.Attribute')) return undefined
    const [name, value] = [element.field('name'), element.field('value')]
    const index = typeof name === 'string' ? answers.get(name) : undefined
    if (index !== undefined && value !== undefined) contents[index] = value
  }
  return contents
}
