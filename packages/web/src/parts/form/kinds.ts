/** How one field of a thing is written in its form, and how it stands in the API's bodies. */
export type FormField = {
  /** The field's name in bodies and answers. */
  name: string
  label: string
  help?: string
  /** Must be given; as a function, where this says so of the values so far. */
  isRequired?: boolean | ((values: Values) => boolean)
  /** What it is when a new thing is begun. */
  start?: unknown
  /** Shown only where this says so of the values so far. */
  when?: (values: Values) => boolean
  /** One of the fields that few need: folded away at first. */
  isRare?: boolean
  /** An empty field is left out of the body rather than sent as null: its answer knows no null. */
  isNeverNull?: boolean
} & FieldKind

export type FieldKind =
  | { kind: 'text'; lines?: number; placeholder?: string }
  | { kind: 'number'; min?: number; max?: number; unit?: string }
  | { kind: 'flag' }
  /** Minutes as a number, or a duration. */
  | { kind: 'timing' }
  | { kind: 'choice'; options: readonly { value: string; label: string }[] }
  /** `bytesMax`: how much fits; counted while it is typed. */
  | { kind: 'secret'; lines?: number; bytesMax?: number }
  /** Texts, one a line. */
  | { kind: 'lines' }
  | { kind: 'labels' }
  /** Texts whose order counts: the first is tried first. */
  | { kind: 'ordered'; noun: string; placeholder?: string; next: string }
  | { kind: 'volumes' }
  | { kind: 'instant' }
  | { kind: 'reference'; to: ReferenceKind }
  | { kind: 'references'; to: ReferenceKind }
  /** Exactly one of several groups of fields, each declared by the server (`/kinds`), in a field of the group's name. */
  | { kind: 'variant'; of: 'sources' | 'actions' }
  | { kind: 'judged-counters' }
  | { kind: 'trigger-actions' }
  | { kind: 'secrets' }
  | { kind: 'tls' }

export type ReferenceKind = 'clusters' | 'counters' | 'actions' | 'ssh-profiles' | 'jvm-profiles' | 'ec2-profiles'

/** The values of a form by field name, as its inputs hold them. */
export type Values = Readonly<Record<string, unknown>>

/** A kind of thing: its form, and how people call it. */
export interface Declaration {
  noun: string
  plural: string
  /** What it is, in one sentence. */
  about: string
  fields: readonly FormField[]
}

/** A secret as a form holds it: what was typed; the digest of the one that stays; null: none. */
export type SecretValue = { typed: string } | { kept: string } | null

/** How TLS is spoken: PEM texts, empty where there is none. */
export interface TlsValue {
  ca: string
  cert: string
  key: SecretValue
}

/** A disk of a machine as a form holds it: numbers may be empty yet. */
export interface VolumeValue {
  device: string
  sizeGb: number | string
  type: string
  iops: number | string
  encrypted: boolean
}

/** One of several groups, with the values of its fields. */
export interface VariantValue {
  chosen: string | null
  values: Values
}

/** What the server found wrong in a field. */
export interface Finding {
  path: string
  message: string
}
