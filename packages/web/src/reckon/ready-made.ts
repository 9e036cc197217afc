import type * as resources from '../../../server/src/wire/resources.ts'
import type { Kinds } from '../../../server/src/wire/watching.ts'
import type { DeclaredField } from './declared.ts'

export type SourceName = 'ssh' | 'jmx'

/** A counter that comes with tscaler, and the one that has been made of it. */
export interface ReadyMadeCounter {
  source: SourceName
  name: string
  help: string
  unit: string
  counter: resources.Counter | null
}

/** Ready-made counters of one kind of thing. */
export interface ReadyMadeGroup {
  title: string
  counters: readonly ReadyMadeCounter[]
}

/** What the server declares as ready-made, by what it measures; with the counters that there are already. */
export function readyMadeGroups(
  kinds: Kinds,
  counters: readonly resources.Counter[],
  sources: readonly SourceName[],
): ReadyMadeGroup[] {
  const all = sources.flatMap((source) => {
    const field = kinds.sources[source]?.fields.readyMade as DeclaredField | undefined
    return Object.entries(field?.about ?? {}).map(([name, { help, unit }]) => ({
      source,
      name,
      help,
      unit,
      counter: counters.find((one) => one[source]?.readyMade === name) ?? null,
    }))
  })
  return [...Map.groupBy(all, titleOf)].map(([title, own]) => ({ title, counters: own }))
}

function titleOf({ source, name }: ReadyMadeCounter): string {
  if (source === 'ssh') return 'Machines, over SSH'
  return name.startsWith('tomcat-') ? 'Tomcat, over JMX' : 'JVMs, over JMX'
}

/** The name itself, or with a number where another counter has it. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let again = 2; ; again++) if (!taken.has(`${name}-${again}`)) return `${name}-${again}`
}
