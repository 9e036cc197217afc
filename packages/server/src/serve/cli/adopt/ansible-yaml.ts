import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { addHostVars, expandHosts, groupIn, type Inventory, newInventory } from './inventory.ts'

const depthMax = 50 // groups within groups; nobody goes deeper, and an anchor that holds itself has no end

/** An inventory in Ansible's YAML form, or as `ansible-inventory --list` prints it. */
export function readYamlInventory(text: string): Inventory {
  const inventory = newInventory()
  const lines = new LineCounter()
  // Vaults and templates are Ansible's own; their tags are told where a value is needed.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  for (const { pos, message } of document.errors)
    inventory.findings.push({ line: lines.linePos(pos[0]).line, message: `this is no YAML: ${message}` })
  if (document.errors.length > 0) return inventory
  const whole: unknown = document.toJS({ maxAliasCount: 1_000 })
  if (!isMap(whole)) {
    inventory.findings.push({ line: 1, message: 'expected groups by name, such as "all:".' })
    return inventory
  }
  const lineOf = lineFinder(document, lines)
  if (isMap(whole._meta)) readListing(inventory, whole)
  else for (const [name, group] of Object.entries(whole)) readGroup({ inventory, lineOf }, { name, group, depth: 0 })
  return inventory
}

interface Reading {
  inventory: Inventory
  lineOf: (host: string) => number
}

function readGroup(reading: Reading, { name, group, depth }: { name: string; group: unknown; depth: number }): void {
  const { inventory, lineOf } = reading
  const own = groupIn(inventory, name)
  if (!isMap(group) || depth > depthMax) return
  if (isMap(group.vars)) Object.assign(own.vars, group.vars)
  for (const [pattern, vars] of Object.entries(isMap(group.hosts) ? group.hosts : {})) {
    const names = expandHosts(pattern)
    if (names === undefined)
      inventory.findings.push({
        line: lineOf(pattern),
        message: `${JSON.stringify(pattern)} is no host, and no range such as web[01:50].`,
      })
    for (const host of names ?? []) {
      own.hosts.push({ name: host, line: lineOf(pattern) })
      addHostVars(inventory, host, isMap(vars) ? vars : {})
    }
  }
  for (const [child, inner] of Object.entries(isMap(group.children) ? group.children : {})) {
    own.children.push(child)
    readGroup(reading, { name: child, group: inner, depth: depth + 1 })
  }
}

/** `{ _meta: { hostvars }, web: { hosts: [...], children: [...] } }`: every variable is laid over already. */
function readListing(inventory: Inventory, whole: Record<string, unknown>): void {
  const meta = isMap(whole._meta) && isMap(whole._meta.hostvars) ? whole._meta.hostvars : {}
  for (const [host, vars] of Object.entries(meta)) addHostVars(inventory, host, isMap(vars) ? vars : {})
  for (const [name, group] of Object.entries(whole)) {
    if (name === '_meta') continue
    const own = groupIn(inventory, name)
    const [hosts, children] = isMap(group) ? [texts(group.hosts), texts(group.children)] : [texts(group), []]
    own.hosts.push(...hosts.map((host) => ({ name: host, line: 1 })))
    own.children.push(...children)
    if (isMap(group) && isMap(group.vars)) Object.assign(own.vars, group.vars)
  }
}

/** The first line on which a host stands as a key. */
function lineFinder(document: Document, lines: LineCounter): (host: string) => number {
  const found = new Map<string, number>()
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || !key.range || found.has(String(key.value))) return
      found.set(String(key.value), lines.linePos(key.range[0]).line)
    },
  })
  return (host) => found.get(host) ?? 1
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
