import { nearest } from '../nearest.ts'
import type { RefIn } from '../schema.ts'

/** The kinds that others name, by their tables. */
export type NamedKind =
  | 'clusters'
  | 'nodes'
  | 'counters'
  | 'triggers'
  | 'actions'
  | 'sshProfiles'
  | 'jvmProfiles'
  | 'ec2Profiles'
  | 'users'

/** What one of each kind is called in sentences. */
export const nouns: Readonly<Record<NamedKind, string>> = {
  clusters: 'cluster',
  nodes: 'node',
  counters: 'counter',
  triggers: 'trigger',
  actions: 'action',
  sshProfiles: 'SSH profile',
  jvmProfiles: 'JVM profile',
  ec2Profiles: 'EC2 profile',
  users: 'user',
}

/** Ids and names of the things that there are, so that references can be read and written without asking the store. */
export class Directory {
  readonly #names = new Map<NamedKind, Map<number, string>>()
  readonly #ids = new Map<NamedKind, Map<string, number>>()

  add(kind: NamedKind, { id, name }: { id: number; name: string }): void {
    this.#of(this.#names, kind).set(id, name)
    this.#of(this.#ids, kind).set(name, id)
  }

  /** The id that a reference means; undefined where there is no such thing. */
  idOf(kind: NamedKind, reference: RefIn): number | undefined {
    if (typeof reference === 'string') return this.#ids.get(kind)?.get(reference)
    return this.#names.get(kind)?.has(reference) ? reference : undefined
  }

  nameOf(kind: NamedKind, id: number): string | undefined {
    return this.#names.get(kind)?.get(id)
  }

  /** The name that was probably meant. */
  nearestName(kind: NamedKind, name: string): string | undefined {
    return nearest(name, [...(this.#ids.get(kind)?.keys() ?? [])])
  }

  #of<Key, Value>(maps: Map<NamedKind, Map<Key, Value>>, kind: NamedKind): Map<Key, Value> {
    const known = maps.get(kind) ?? new Map<Key, Value>()
    maps.set(kind, known)
    return known
  }
}

/** The reference that a text of an address means: digits are an id, as names begin with a letter. */
export function referenceOf(text: string): RefIn {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}
