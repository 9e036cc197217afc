import type { FieldTrouble } from './counter-fields.ts'
import { type Placeholder, placeholders, renderTemplate } from './template.ts'
import { parseThreshold } from './threshold.ts'

/** HTTP status codes that count as a good answer, both ends included. */
export interface StatusRange {
  from: number
  to: number
}

/** What counts where nothing is said: the server answers, and not with an error. */
export const statusesDefault = '200-399'

/** The ranges of a text such as `200`, `200-299` or `200, 404`; undefined where it is none. */
export function parseStatuses(text: string): StatusRange[] | undefined {
  const ranges = text.split(',').map((part) => {
    const match = /^\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*$/.exec(part)
    return match ? { from: Number(match[1]), to: Number(match[2] ?? match[1]) } : undefined
  })
  return ranges.every((range) => range !== undefined && range.from <= range.to) ? (ranges as StatusRange[]) : undefined
}

/**
 * The address of a template with these values in it; a text says why it is none. Values are encoded, so that none of them can change
 * another part of the address; a host stays as it is, in brackets where it is an IPv6 address.
 */
export function addressOf(template: string, values: Readonly<Record<Placeholder, string>>): URL | string {
  const encoded = Object.fromEntries(placeholders.map((name) => [name, encodeURIComponent(values[name])]))
  const host = values.host.includes(':') ? `[${values.host}]` : values.host
  const text = renderTemplate(template, { ...(encoded as Record<Placeholder, string>), host })
  if (!URL.canParse(text)) return `got ${JSON.stringify(text)}, expected an address such as http://{{host}}:8080/health`
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `got ${JSON.stringify(text)}, expected one that begins with http:// or https://`
  // Fields are shown to everybody who may look, and stand in plans and logs.
  if (url.username !== '' || url.password !== '')
    return 'holds a user or a password, which must not stand in an address'
  return url
}

/** What is wrong with the fields of a `waitUntil` together, each being right by itself. */
export function waitTrouble(fields: Readonly<Record<string, unknown>>): FieldTrouble[] {
  const { counter, url } = fields
  if ((counter === undefined) === (url === undefined)) {
    const seen = counter === undefined ? 'is missing' : 'stands beside url'
    return [{ field: 'counter', message: `${seen}, expected one of counter and url` }]
  }
  return counter === undefined ? urlTrouble(fields) : counterTrouble(fields)
}

function counterTrouble(fields: Readonly<Record<string, unknown>>): FieldTrouble[] {
  const { until } = fields
  const beside = foreign(fields, ['status', 'contains'], 'counter')
  if (until === undefined)
    return [{ field: 'until', message: 'is missing, expected a threshold such as "< 4"' }, ...beside]
  if (parseThreshold(String(until)) !== undefined) return beside
  const message = `got ${JSON.stringify(until)}, expected a comparison and a number, such as "< 4"`
  return [{ field: 'until', message }, ...beside]
}

function urlTrouble(fields: Readonly<Record<string, unknown>>): FieldTrouble[] {
  const found = foreign(fields, ['until'], 'url')
  const address = addressOf(String(fields.url), anyValues)
  if (typeof address === 'string') found.push({ field: 'url', message: address })
  const { status } = fields
  if (status !== undefined && parseStatuses(String(status)) === undefined) {
    const message = `got ${JSON.stringify(status)}, expected status codes such as "200", "200-299" or "200, 404"`
    found.push({ field: 'status', message })
  }
  return found
}

function foreign(fields: Readonly<Record<string, unknown>>, names: readonly string[], beside: string): FieldTrouble[] {
  return names
    .filter((name) => fields[name] !== undefined)
    .map((name) => ({ field: name, message: `stands beside ${beside}, which does not look at it` }))
}

const anyValues = Object.fromEntries(placeholders.map((name) => [name, '1'])) as Record<Placeholder, string>
