import { createHash } from 'node:crypto'
import { TscalerError } from '../../../model/problem.ts'
import type { Base } from '../orm/dialect.ts'
import { type CopiedTable, type Noun, nounsOf } from './tables.ts'

/** How many rows both tables have, each with the same digest. Throws `wrong-state` naming the first that is not so. */
export async function compareTable(
  { from, to }: { from: Base; to: Base },
  source: CopiedTable,
  target: CopiedTable,
): Promise<number> {
  const [originals, copies] = [oneByOne(nounsOf(from, source)), oneByOne(nounsOf(to, target))]
  for (let rows = 0; ; rows += 1) {
    const [original, copy] = [(await originals.next()).value, (await copies.next()).value]
    if (!original && !copy) return rows
    if (original && copy && digestOf(original) === digestOf(copy)) continue
    throw differs(original, copy, source.name, to.name)
  }
}

async function* oneByOne(batches: AsyncGenerator<Noun[]>): AsyncGenerator<Noun, undefined> {
  for await (const nouns of batches) yield* nouns
}

/** The same for the same fields, in whatever order keys come. */
function digestOf(noun: Noun): string {
  return createHash('sha256').update(canonical(noun)).digest('base64')
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}

function differs(original: Noun | undefined, copy: Noun | undefined, table: string, name: string): TscalerError {
  const id = original && copy ? Math.min(original.id, copy.id) : (original?.id ?? copy?.id)
  const message = `Row ${id} of ${table} is not the same in ${name}: the original was changed while it was copied, or since the copy was broken off. Stop every tscaler that uses either, make the new database anew, and copy again.`
  return new TscalerError('wrong-state', message)
}
