import { kindIds } from '../../reckon/declared.ts'
import type { Declaration, FormField, SecretValue, TlsValue, Values, VariantValue, VolumeValue } from './kinds.ts'

/** The values that a form begins with: of a new thing, or of what the API answered. */
export function valuesOf({ fields }: Declaration, answer: Readonly<Record<string, unknown>> | null): Values {
  return Object.fromEntries(
    fields.map((field) => [field.name, answer === null ? startOf(field) : inputOf(field, answer)]),
  )
}

function startOf(field: FormField): unknown {
  if (field.start !== undefined) return field.start
  switch (field.kind) {
    case 'flag':
      return false
    case 'secret':
    case 'reference':
    case 'choice':
    case 'tls':
      return null
    case 'references':
    case 'ordered':
    case 'volumes':
    case 'judged-counters':
    case 'trigger-actions':
      return []
    case 'variant':
      return { chosen: null, values: {} } satisfies VariantValue
    case 'secrets':
      return {}
    default:
      return ''
  }
}

function inputOf(field: FormField, answer: Readonly<Record<string, unknown>>): unknown {
  const value = answer[field.name]
  switch (field.kind) {
    case 'secret':
      return value ?? null
    case 'secrets':
      return value ?? {}
    case 'tls':
      return value ? tlsOf(value) : null
    case 'reference':
      return isRef(value) ? value.name : null
    case 'references':
      return Array.isArray(value) ? value.filter(isRef).map(({ name }) => name) : []
    case 'lines':
      return Array.isArray(value) ? value.join('\n') : ''
    case 'ordered':
      return value ?? []
    case 'volumes':
      return ((value ?? []) as VolumeAnswer[]).map((one) => ({ ...one, iops: one.iops ?? '' }))
    case 'labels':
      return Object.entries((value ?? {}) as Record<string, string>)
        .map(([name, text]) => `${name}=${text}`)
        .join('\n')
    case 'variant':
      return variantOf(answer)
    case 'judged-counters':
      return (value as { counter: { name: string }; threshold: string | null }[]).map(({ counter, threshold }) => ({
        counter: counter.name,
        threshold: threshold ?? '',
      }))
    case 'trigger-actions':
      return (value as { action: { name: string } }[]).map((one) => ({ ...one, action: one.action.name }))
    case 'choice':
      return value ?? null
    case 'flag':
      return value ?? false
    default:
      return value === null || value === undefined ? '' : String(value)
  }
}

type VolumeAnswer = Omit<VolumeValue, 'iops'> & { iops: number | null }

function tlsOf(value: object): TlsValue {
  const { ca, cert, key } = value as { ca: string | null; cert: string | null; key: { kept: string } | null }
  return { ca: ca ?? '', cert: cert ?? '', key }
}

function variantOf(answer: Readonly<Record<string, unknown>>): VariantValue {
  const chosen = kindIds.find((name) => answer[name] !== undefined) ?? null
  const values = chosen === null ? {} : (answer[chosen] as Values)
  return { chosen, values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, byName(value)])) }
}

/** Other things are named by bodies, and shown by answers as `{ id, name }`. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(byName)
  return isRef(value) ? value.name : value
}

function isRef(value: unknown): value is { name: string } {
  return typeof value === 'object' && value !== null && 'name' in value
}

/** The body that the form's values make; of a change only what differs from `before`. */
export function bodyOf({ fields }: Declaration, values: Values, before: Values | null): Record<string, unknown> {
  const changed = fields.filter(
    ({ name, when }) =>
      (when === undefined || when(values)) &&
      (before === null || JSON.stringify(values[name]) !== JSON.stringify(before[name])),
  )
  return Object.fromEntries(changed.flatMap((field) => entriesOf(field, values[field.name], before !== null)))
}

function entriesOf(field: FormField, value: unknown, isChange: boolean): [string, unknown][] {
  const { name } = field
  const none: [string, unknown][] = isChange && !field.isNeverNull ? [[name, null]] : []
  switch (field.kind) {
    case 'flag':
    case 'references':
    case 'ordered':
    case 'trigger-actions':
      return [[name, value]]
    case 'volumes':
      return [[name, (value as VolumeValue[]).map(volumeBody)]]
    case 'number':
      return value === '' || value === null ? none : [[name, Number(value)]]
    case 'timing':
      return value === '' ? none : [[name, /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : value]]
    case 'secret': {
      const secret = secretOf(value as SecretValue)
      return secret === null ? none : [[name, secret]]
    }
    case 'tls':
      return value === null ? none : [[name, tlsBody(value as TlsValue)]]
    case 'secrets':
      return [[name, secretsOf(value as Record<string, SecretValue>)]]
    case 'lines':
      return [[name, linesOf(value)]]
    case 'labels':
      return [[name, labelsOf(value)]]
    case 'instant':
      return value === '' ? none : [[name, new Date(String(value)).toISOString()]]
    case 'variant': {
      const { chosen, values } = value as VariantValue
      return chosen === null ? [] : [[chosen, withoutNothing(values)]]
    }
    case 'judged-counters':
      return [
        [
          name,
          (value as { counter: string; threshold: string }[]).map(({ counter, threshold }) => ({
            counter,
            threshold: threshold === '' ? null : threshold,
          })),
        ],
      ]
    default:
      return value === '' || value === null ? none : [[name, value]]
  }
}

function secretOf(secret: SecretValue): { kept: string } | { value: string } | null {
  if (secret === null || 'kept' in secret) return secret
  return secret.typed === '' ? null : { value: secret.typed }
}

/** The whole of it: what is left out of it is no more. */
function tlsBody({ ca, cert, key }: TlsValue): Record<string, unknown> {
  const secret = secretOf(key)
  return withoutNothing({ ca: ca.trim(), cert: cert.trim(), ...(secret === null ? {} : { key: secret }) })
}

/** What is left empty is left out: the server then says what is missing, or takes its default. */
function volumeBody({ iops, sizeGb, ...rest }: VolumeValue): Values {
  const number = (value: number | string) => (value === '' ? undefined : Number(value))
  return withoutNothing({ ...rest, sizeGb: number(sizeGb), iops: number(iops) })
}

/** A secret that stays is named by its digest, which says nothing of it. */
function secretsOf(given: Record<string, SecretValue>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, secret]) => {
      if (secret === null) return []
      return [[name, 'kept' in secret ? secret : { value: secret.typed }]]
    }),
  )
}

function withoutNothing(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined),
  )
}

export function linesOf(value: unknown): string[] {
  return String(value ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function labelsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    linesOf(value).map((line) => {
      const [name = '', ...rest] = line.split('=')
      return [name.trim(), rest.join('=').trim()]
    }),
  )
}

/** Required fields that are still empty, before anything is sent. */
export function missingOf({ fields }: Declaration, values: Values): { path: string; message: string }[] {
  return fields
    .filter((field) => isRequired(field, values) && (field.when === undefined || field.when(values)))
    .filter((field) => isEmpty(values[field.name]))
    .map(({ name }) => ({ path: name, message: 'is missing' }))
}

/** Whether the field must be given, as the other values are. */
export function isRequired({ isRequired: required = false }: FormField, values: Values): boolean {
  return typeof required === 'function' ? required(values) : required
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (typeof value === 'object' && value !== null && 'chosen' in value) return value.chosen === null
  return value === null || value === ''
}

/** What the server found wrong, by the form's fields; `rest` belongs to none. */
export function findingsByField(
  { fields }: Declaration,
  values: Values,
  findings: readonly { path: string; message: string }[],
): { byField: Map<string, { path: string; message: string }[]>; rest: { path: string; message: string }[] } {
  const byField = new Map<string, { path: string; message: string }[]>()
  const rest: { path: string; message: string }[] = []
  for (const finding of findings) {
    const first = finding.path.split(/[.[]/)[0] ?? ''
    const own = fields.find((field) => field.name === first || isVariantOf(field, values, first))
    if (own) byField.set(own.name, [...(byField.get(own.name) ?? []), finding])
    else rest.push(finding)
  }
  return { byField, rest }
}

function isVariantOf(field: FormField, values: Values, first: string): boolean {
  return (
    field.kind === 'variant' &&
    (first === (values[field.name] as VariantValue).chosen || ['type', 'ssh', 'jmx'].includes(first))
  )
}
