import type { ActionType } from '../../model/action.ts'
import { checkFields } from '../../model/check-fields.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import type { Finding } from '../../model/problem.ts'
import type { Sealed } from '../../model/record.ts'
import { parseThreshold, type Threshold } from '../../model/threshold.ts'
import type { RefIn, SecretIn } from '../schema.ts'
import { type Directory, type NamedKind, nouns } from './directory.ts'
import { type FieldBook, type Fields, referenceKind, type Secrets } from './show.ts'

/** What reading a body needs. */
export interface ReadMeans {
  directory: Directory
  secrets: Secrets
  fields: FieldBook
  /** The types of the actions there are, by id: what a target left out means depends on it. */
  actionTypes: ReadonlyMap<number, ActionType>
}

/** The least and the most that a duration may be, and what it is where it is left out. */
export interface DurationLimits {
  defaultMs: number
  minMs: number
  maxMs: number
}

/** Reads the pieces of one body. What is wrong is gathered in `findings`, and something harmless is given in its place. */
export class Reader {
  readonly findings: Finding[] = []
  readonly means: ReadMeans
  readonly #path: string

  constructor(means: ReadMeans, path = '') {
    this.means = means
    this.#path = path
  }

  /** The path of one of the body's fields, from the outermost body. */
  path(field: string): string {
    return this.#path === '' ? field : `${this.#path}.${field}`
  }

  wrong(path: string, message: string): void {
    this.findings.push({ path, message })
  }

  /** The id that a reference means; 0 where there is no such thing. */
  ref(kind: NamedKind, given: RefIn, field: string): number {
    const id = this.means.directory.idOf(kind, given)
    if (id === undefined) this.wrong(this.path(field), this.#dangling(kind, given))
    return id ?? 0
  }

  refOrNull(kind: NamedKind, given: RefIn | null | undefined, field: string): number | null {
    return given === null || given === undefined ? null : this.ref(kind, given, field)
  }

  /** Each once, in the order given. */
  refs(kind: NamedKind, given: readonly RefIn[] | undefined, field: string): number[] {
    const ids = (given ?? []).map((one, index) => this.ref(kind, one, `${field}[${index}]`))
    ids.forEach((id, index) => {
      if (id !== 0 && ids.indexOf(id) < index) {
        this.wrong(this.path(`${field}[${index}]`), `names ${nouns[kind]} ${quote(given?.[index])} again.`)
      }
    })
    return ids
  }

  duration(given: string | undefined, field: string, { defaultMs, minMs, maxMs }: DurationLimits): number {
    if (given === undefined) return defaultMs
    const ms = parseDuration(given)
    if (ms !== undefined && ms >= minMs && ms <= maxMs) return ms
    const limits = `${formatDuration(minMs)} to ${formatDuration(maxMs)}`
    this.wrong(this.path(field), `got ${quote(given)}, expected a duration such as "10s" (${limits})`)
    return defaultMs
  }

  threshold(given: string | null | undefined, field: string): Threshold | null {
    if (given === null || given === undefined) return null
    const threshold = parseThreshold(given)
    if (threshold) return threshold
    this.wrong(this.path(field), `got ${quote(given)}, expected a comparison and a number, such as "> 4"`)
    return null
  }

  /** The sealed secret; the one before where it is the same, so that a file that says nothing new changes nothing. */
  secret(given: SecretIn | null | undefined, before: Sealed | null | undefined, field: string): Sealed | null {
    if (given === null || given === undefined) return null
    const { secrets } = this.means
    const known = before === null || before === undefined ? undefined : secrets.open(before)
    if ('value' in given) return before && known === given.value ? before : secrets.seal(given.value)
    if (before && known !== undefined && secrets.matches(known, given.kept)) return before
    this.wrong(this.path(field), 'is kept from a secret that is not here. Give it as { value: "…" }.')
    return null
  }

  instant(given: string | null | undefined): number | null {
    return given === null || given === undefined ? null : Date.parse(given)
  }

  /** The values of a source's or an action's own fields, references as ids. */
  fields(
    declared: Fields | undefined,
    given: Readonly<Record<string, unknown>>,
    field: string,
  ): Record<string, unknown> {
    if (declared === undefined) {
      this.wrong(this.path(field), 'comes with a later version of tscaler. Leave it out until then.')
      return {}
    }
    const resolved: Record<string, unknown> = { ...given }
    for (const [name, declaredField] of Object.entries(declared)) {
      if (declaredField.kind !== 'reference' || !Object.hasOwn(given, name)) continue
      resolved[name] = this.#fieldReference(referenceKind(declaredField), given[name], `${field}.${name}`)
    }
    const { values, findings } = checkFields(declared, resolved, this.path(field))
    this.findings.push(...findings)
    return values
  }

  #fieldReference(kind: NamedKind, given: unknown, field: string): unknown {
    if (Array.isArray(given)) return given.map((one, index) => this.#fieldReference(kind, one, `${field}[${index}]`))
    return typeof given === 'string' || typeof given === 'number' ? this.ref(kind, given, field) : given
  }

  #dangling(kind: NamedKind, given: RefIn): string {
    const near = typeof given === 'string' ? this.means.directory.nearestName(kind, given) : undefined
    const hint = near === undefined ? '' : ` Did you mean ${quote(near)}?`
    return `there is no ${nouns[kind]} ${quote(given)}.${hint}`
  }
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
