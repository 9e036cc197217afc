import { ApiError } from '../wire/api-error.ts'
import type { Form } from '../wire/form.ts'

/** One `Filter.n`: a name and the values of which one must match. */
export interface Filter {
  name: string
  values: string[]
}

/** In the order of the call. */
export function readFilters(form: Form): Filter[] {
  return form.items('Filter').map((filter) => ({ name: filter.need('Name'), values: filter.list('Value') }))
}

/**
 * True when every filter finds one of its values; `*` and `?` are wildcards. `valuesOf` gives what a thing has under a
 * filter's name, or undefined for a name that there isn't, which is refused.
 */
export function matches(
  filters: readonly Filter[],
  valuesOf: (name: string) => readonly string[] | undefined,
): boolean {
  return filters.every(({ name, values }) => {
    const own = valuesOf(name)
    if (own === undefined) throw new ApiError('InvalidParameterValue', `The filter '${name}' is invalid`)
    return values.some((pattern) => own.some((value) => matchesPattern(pattern, value)))
  })
}

function matchesPattern(pattern: string, value: string): boolean {
  if (!/[*?\\]/.test(pattern)) return pattern === value
  const source = pattern.replace(/\\([\s\S])|([*?])|([.+^${}()|[\]\\])/g, (_, escaped, wild, special) => {
    if (wild !== undefined) return wild === '*' ? '[\\s\\S]*' : '[\\s\\S]'
    return `\\${escaped ?? special}`.replace(/^\\([a-z0-9])$/i, '$1')
  })
  return new RegExp(`^${source}$`).test(value)
}
