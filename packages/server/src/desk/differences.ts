/** One field that differs between two bodies of the same kind. */
export interface Difference {
  field: string
  from: unknown
  to: unknown
}

/** The fields that differ, in the order of the second; secrets are digests in bodies, so that none is shown. */
export function differences(from: Record<string, unknown>, to: Record<string, unknown>): Difference[] {
  const fields = [...new Set([...Object.keys(to), ...Object.keys(from)])]
  return fields
    .filter((field) => !same(from[field], to[field]))
    .map((field) => ({ field, from: from[field] ?? null, to: to[field] ?? null }))
}

/** A value longer than this is not shown in a line. */
const shownCharacters = 60

/** `min: 2 → 3, userData changed`. */
export function inWords(changes: readonly Difference[]): string {
  return changes.map(({ field, from, to }) => fieldInWords(field, JSON.stringify(from), JSON.stringify(to))).join(', ')
}

function fieldInWords(field: string, from: string, to: string): string {
  const short = from.length <= shownCharacters && to.length <= shownCharacters
  return short ? `${field}: ${from} → ${to}` : `${field} changed`
}

/** The same JSON, whatever the order of an object's keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
