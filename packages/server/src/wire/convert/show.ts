import type { ActionType } from '../../model/action.ts'
import type { SourceId } from '../../model/counter.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Field } from '../../model/fields.ts'
import type { Sealed, Stored } from '../../model/record.ts'
import type { Ref } from '../schema.ts'
import type { Directory, NamedKind } from './directory.ts'

/** The declared fields of one source or action. */
export type Fields = Readonly<Record<string, Field>>

/** The declared fields of the sources and actions that this version has. */
export interface FieldBook {
  sources: Readonly<Partial<Record<SourceId, Fields>>>
  actions: Readonly<Partial<Record<ActionType, Fields>>>
}

/** How stored values are shown: answers name others as `{ id, name }`, files and bodies by their names. */
export interface Show<Reference> {
  ref(kind: NamedKind, id: number): Reference
  secret(sealed: Sealed): { kept: string }
  fields: FieldBook
}

/** Opens and digests secrets; the digest is all that is ever shown. */
export interface Secrets {
  seal(plain: string): Sealed
  open(sealed: Sealed): string
  digest(plain: string): string
  /** Whether any of the keys gives this digest: what was exported before a rotation still compares. */
  matches(plain: string, digest: string): boolean
}

/** What showing needs. */
export interface ShowMeans {
  directory: Directory
  secrets: Secrets
  fields: FieldBook
}

/** As answers show it. A thing that is gone in the meantime keeps its id for a name. */
export function showAnswer({ directory, secrets, fields }: ShowMeans): Show<Ref> {
  return {
    ref: (kind, id) => ({ id, name: directory.nameOf(kind, id) ?? `${id}` }),
    secret: (sealed) => ({ kept: secrets.digest(secrets.open(sealed)) }),
    fields,
  }
}

/** As bodies and the configuration file write it. */
export function showBody(means: ShowMeans): Show<string> {
  const { ref, ...rest } = showAnswer(means)
  return { ...rest, ref: (kind, id) => ref(kind, id).name }
}

/** What all stored things are answered with. */
export function stored({ id, version, createdAt, updatedAt }: Stored) {
  return { id, version, createdAt: instant(createdAt), updatedAt: instant(updatedAt) }
}

/** ISO 8601 UTC. */
export function instant(at: number): string {
  return new Date(at).toISOString()
}

export function instantOrNull(at: number | null): string | null {
  return at === null ? null : instant(at)
}

/** A secret as its digest, or null. */
export function secretOrNull<Reference>(show: Show<Reference>, sealed: Sealed | null) {
  return sealed === null ? null : show.secret(sealed)
}

/** Minutes where whole, as the design writes Timing; else a duration. */
export function timing(ms: number): number | string {
  return ms % 60_000 === 0 ? ms / 60_000 : formatDuration(ms)
}

const referenceKinds = {
  counters: 'counters',
  'ssh-profiles': 'sshProfiles',
  'jvm-profiles': 'jvmProfiles',
  'ec2-profiles': 'ec2Profiles',
} as const satisfies Record<string, NamedKind>

/** The kind of thing that a declared reference names. */
export function referenceKind(field: Extract<Field, { kind: 'reference' }>): NamedKind {
  return referenceKinds[field.to]
}

/** The values of declared fields: durations as texts, references as the others show them. */
export function showFields<Reference>(
  declared: Fields | undefined,
  values: Readonly<Record<string, unknown>>,
  show: Show<Reference>,
): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    const field = declared && Object.hasOwn(declared, name) ? declared[name] : undefined
    shown[name] = field === undefined ? value : showField(field, value, show)
  }
  return shown
}

function showField<Reference>(field: Field, value: unknown, show: Show<Reference>): unknown {
  if (field.kind === 'duration' && typeof value === 'number') return formatDuration(value)
  if (field.kind !== 'reference') return value
  const kind = referenceKind(field)
  if (Array.isArray(value)) return value.map((id) => (typeof id === 'number' ? show.ref(kind, id) : id))
  return typeof value === 'number' ? show.ref(kind, value) : value
}
