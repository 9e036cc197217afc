import type { LineFinding } from './host.ts'

/** A group of an Ansible inventory. */
export interface Group {
  name: string
  hosts: { name: string; line: number }[]
  children: string[]
  vars: Record<string, unknown>
}

/** An Ansible inventory as it is written, before variables are laid over one another. */
export interface Inventory {
  /** In the order of the file. */
  groups: Map<string, Group>
  hostVars: Map<string, Record<string, unknown>>
  findings: LineFinding[]
}

export function newInventory(): Inventory {
  return { groups: new Map(), hostVars: new Map(), findings: [] }
}

/** The group of that name, made where there is none yet. */
export function groupIn({ groups }: Inventory, name: string): Group {
  const group = groups.get(name) ?? { name, hosts: [], children: [], vars: {} }
  groups.set(name, group)
  return group
}

/** Adds variables to a host; later ones win. */
export function addHostVars({ hostVars }: Inventory, host: string, vars: Record<string, unknown>): void {
  hostVars.set(host, { ...hostVars.get(host), ...vars })
}

const hostsMax = 100_000 // what a document may hold; a mistyped range must not fill the memory

/**
 * The host names of a pattern: `web[01:50].example.org` is fifty, `db-[a:c]` three. A pattern without a range is itself; undefined where
 * the range makes no sense or too many hosts.
 */
export function expandHosts(pattern: string): string[] | undefined {
  const match = /^(.*?)\[([^[\]]*)\](.*)$/.exec(pattern)
  if (!match) return [pattern]
  const [, before = '', range = '', after = ''] = match
  const items = expandRange(range)
  const rest = expandHosts(after)
  if (!items || !rest || items.length * rest.length > hostsMax) return undefined
  return items.flatMap((item) => rest.map((tail) => `${before}${item}${tail}`))
}

function expandRange(range: string): string[] | undefined {
  const [, from = '', to = '', step = '1'] = /^([^:]*):([^:]+)(?::(\d+))?$/.exec(range) ?? []
  const by = Number(step)
  if (by < 1) return undefined
  if (/^\d+$/.test(to) && /^\d*$/.test(from)) return expandNumbers(from || '0', to, by)
  if (!/^[A-Za-z]$/.test(from) || !/^[A-Za-z]$/.test(to)) return undefined
  const items: string[] = []
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code += by) items.push(String.fromCharCode(code))
  return items.length > 0 ? items : undefined
}

/** A first number that begins with 0 says how many digits all have. */
function expandNumbers(from: string, to: string, by: number): string[] | undefined {
  const [first, last] = [Number(from), Number(to)]
  if (last < first || (last - first) / by > hostsMax) return undefined
  const digits = from.startsWith('0') ? from.length : 0
  const items: string[] = []
  for (let number = first; number <= last; number += by) items.push(`${number}`.padStart(digits, '0'))
  return items
}
