import { addHostVars, expandHosts, groupIn, type Inventory, newInventory } from './inventory.ts'

type Section = { group: string; kind: 'hosts' | 'vars' | 'children' }

/** An inventory in Ansible's INI form. */
export function readIniInventory(text: string): Inventory {
  const inventory = newInventory()
  let section: Section = { group: 'ungrouped', kind: 'hosts' }
  for (const [index, whole] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = index + 1
    const own = whole.trim()
    if (own === '' || own.startsWith('#') || own.startsWith(';')) continue
    if (own.startsWith('[')) section = readSection(inventory, own, line) ?? section
    else readLine(inventory, section, { own, line })
  }
  return inventory
}

function readSection(inventory: Inventory, own: string, line: number): Section | undefined {
  const [, group, kind = 'hosts'] = /^\[([^[\]:]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(own) ?? []
  if (group === undefined || (kind !== 'hosts' && kind !== 'vars' && kind !== 'children')) {
    inventory.findings.push({
      line,
      message: `got ${JSON.stringify(own)}, expected [group], [group:vars] or [group:children].`,
    })
    return undefined
  }
  groupIn(inventory, group)
  return { group, kind }
}

function readLine(inventory: Inventory, { group, kind }: Section, { own, line }: { own: string; line: number }): void {
  if (kind === 'children') {
    const child = own.split(/\s/)[0] ?? ''
    groupIn(inventory, group).children.push(child)
    groupIn(inventory, child)
  } else if (kind === 'vars') readVariable(inventory, group, { own, line })
  else readHost(inventory, group, { own, line })
}

/** `key = value`: all behind the sign is the value, spaces and # too. */
function readVariable(inventory: Inventory, group: string, { own, line }: { own: string; line: number }): void {
  const [, name, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(own) ?? []
  if (name === undefined)
    inventory.findings.push({ line, message: `got ${JSON.stringify(own)}, expected variable=value.` })
  else groupIn(inventory, group).vars[name] = unquoted(value)
}

function readHost(inventory: Inventory, group: string, { own, line }: { own: string; line: number }): void {
  const [pattern = '', ...words] = shellWords(own)
  const names = expandHosts(withoutPort(pattern).host)
  if (names === undefined) {
    inventory.findings.push({
      line,
      message: `${JSON.stringify(pattern)} is no host, and no range such as web[01:50].`,
    })
    return
  }
  const { port } = withoutPort(pattern)
  const vars: Record<string, unknown> = port === undefined ? {} : { ansible_port: port }
  for (const word of words) {
    const [, name, value = ''] = /^([^=]+)=([\s\S]*)$/.exec(word) ?? []
    if (name === undefined)
      inventory.findings.push({ line, message: `got ${JSON.stringify(word)}, expected variable=value.` })
    else vars[name] = value
  }
  for (const name of names) {
    groupIn(inventory, group).hosts.push({ name, line })
    addHostVars(inventory, name, vars)
  }
}

/** `web01:2222`; the colons of a range and of an IPv6 address are no ports. */
function withoutPort(pattern: string): { host: string; port?: string } {
  const [, host, port] = /^([^:]*(?:\[[^\]]*\][^:]*)*):(\d+)$/.exec(pattern) ?? []
  return host && port ? { host, port } : { host: pattern }
}

/** Words as a shell takes a line apart: quotes keep spaces, `#` begins a comment. */
function shellWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (const character of text) {
    if (quote !== '') {
      if (character === quote) quote = ''
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === '#' && word === undefined) break
    else word = (word ?? '') + character
  }
  return word === undefined ? words : [...words, word]
}

function unquoted(text: string): string {
  const [, , inner] = /^(["'])([\s\S]*)\1$/.exec(text.trim()) ?? []
  return inner ?? text.trim()
}
