import { ApiError } from './api-error.ts'

/** The parameters of one Query API call, or those below one of them (`Filter.1`). */
export interface Form {
  /** The value of `name`, which may be a path: `Placement.AvailabilityZone`. */
  text(name: string): string | undefined
  /** As `text`; throws MissingParameter. */
  need(name: string): string
  /** A whole number; throws InvalidParameterValue for anything else. */
  count(name: string): number | undefined
  /** True for `true` in any case. */
  flag(name: string): boolean
  /** The values of `name.1`, `name.2`, … or `name.member.1`, …, in the order of their numbers. */
  list(name: string): string[]
  /** What lies below `name.1`, `name.2`, … or `name.member.1`, …, in the order of their numbers. */
  items(name: string): Form[]
  /** All pairs, sorted by name: equal for two calls that ask for the same. */
  pairs(): [string, string][]
}

/** Reads an `application/x-www-form-urlencoded` body. */
export function decodeForm(body: string): Form {
  return formOf(new Map(new URLSearchParams(body)))
}

function formOf(values: ReadonlyMap<string, string>): Form {
  const form: Form = {
    text: (name) => values.get(name),
    need(name) {
      const value = values.get(name)
      if (value === undefined || value === '') {
        throw new ApiError('MissingParameter', `The request must contain the parameter ${name}`)
      }
      return value
    },
    count(name) {
      const value = values.get(name)
      if (value === undefined) return undefined
      if (/^\d{1,9}$/.test(value)) return Number(value)
      throw new ApiError(
        'InvalidParameterValue',
        `Value ( ${value} ) for parameter ${name} is invalid. Expecting a number.`,
      )
    },
    flag: (name) => values.get(name)?.toLowerCase() === 'true',
    list: (name) => form.items(name).flatMap((item) => item.text('') ?? []),
    items(name) {
      const below = new Map<number, Map<string, string>>()
      for (const [key, value] of values) {
        const match = key.startsWith(`${name}.`) && ITEM.exec(key.slice(name.length + 1))
        if (!match) continue
        const number = Number(match[1])
        const item = below.get(number) ?? new Map<string, string>()
        below.set(number, item.set(match[2] ?? '', value))
      }
      return [...below].sort(([a], [b]) => a - b).map(([, item]) => formOf(item))
    },
    pairs: () => [...values].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
  return form
}

const ITEM = /^(?:member\.)?(\d+)(?:\.(.+))?$/
