import { readIniInventory } from './ansible-ini.ts'
import { bareHost, type Host, type LineFinding, parsePort, type ReadHosts } from './host.ts'
import type { Inventory } from './inventory.ts'
import { parseJumps } from './jumps.ts'

/** Variables that lie beside an inventory in files (`group_vars/web.yml`); what is wrong with them is told by their file. */
export type VarsBeside = (kind: 'group' | 'host', name: string) => { vars: Record<string, unknown>; message?: string }

/** The hosts of an Ansible inventory; `groups` are those that become clusters, all that name hosts where none is given. */
export async function readAnsible(
  text: string,
  { fileName, groups, beside }: { fileName: string; groups: readonly string[] | undefined; beside: VarsBeside },
): Promise<ReadHosts> {
  const inventory = looksLikeYaml(fileName, text)
    ? (await import('./ansible-yaml.ts')).readYamlInventory(text)
    : readIniInventory(text)
  const family = new Family(inventory)
  const findings = [...inventory.findings]
  for (const group of groups ?? []) {
    if (!inventory.groups.has(group))
      findings.push({
        line: 1,
        message: `there is no group "${group}". There are: ${[...inventory.groups.keys()].join(', ')}.`,
      })
  }
  const hosts: Host[] = []
  for (const [name, line] of family.hosts()) {
    const above = family.above(name)
    if (groups && !groups.some((group) => above.includes(group))) continue
    const vars = varsOf({ inventory, family, beside, findings }, name, line)
    const clusters = groups?.filter((group) => above.includes(group)) ?? family.direct(name)
    hosts.push(
      hostOf(name, { line, vars, clusters, groups: above.filter((group) => !clusters.includes(group)), findings }),
    )
  }
  return { hosts, findings }
}

function looksLikeYaml(fileName: string, text: string): boolean {
  return /\.(ya?ml|json)$/i.test(fileName) || /^\s*(?:#.*\s*)*(?:---|\{|all:)/.test(text)
}

// The groups that every inventory has; a host in none of its own is `ungrouped`.
const everywhere = ['all', 'ungrouped']

/** Which groups a host is in. */
class Family {
  readonly #inventory: Inventory
  readonly #parents = new Map<string, string[]>()
  readonly #direct = new Map<string, string[]>()
  readonly #lines = new Map<string, number>()

  constructor(inventory: Inventory) {
    this.#inventory = inventory
    for (const { name, hosts, children } of inventory.groups.values()) {
      for (const child of children) this.#parents.set(child, [...(this.#parents.get(child) ?? []), name])
      for (const host of hosts) {
        this.#direct.set(host.name, [...(this.#direct.get(host.name) ?? []), name])
        if (!this.#lines.has(host.name)) this.#lines.set(host.name, host.line)
      }
    }
  }

  /** Every host with its first line, in the order of the file. */
  hosts(): Map<string, number> {
    return this.#lines
  }

  /** The groups that name the host themselves. */
  direct(host: string): string[] {
    return [...new Set(this.#direct.get(host) ?? [])].filter((group) => !everywhere.includes(group))
  }

  /** All groups of the host, from the widest to the narrowest: later ones' variables win. */
  above(host: string): string[] {
    const all = new Set<string>()
    const visit = (group: string) => {
      if (all.has(group)) return
      all.add(group)
      for (const parent of this.#parents.get(group) ?? []) visit(parent)
    }
    for (const group of this.#direct.get(host) ?? []) visit(group)
    const depths = new Map([...all].map((group) => [group, this.#depth(group)]))
    const depth = (group: string) => depths.get(group) ?? 0
    return [...all]
      .filter((group) => !everywhere.includes(group))
      .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
  }

  #depth(group: string, seen: readonly string[] = []): number {
    if (seen.includes(group)) return 0
    const parents = (this.#parents.get(group) ?? []).filter((parent) => this.#inventory.groups.has(parent))
    return parents.reduce((depth, parent) => Math.max(depth, 1 + this.#depth(parent, [...seen, group])), 0)
  }
}

interface Reading {
  inventory: Inventory
  family: Family
  beside: VarsBeside
  findings: LineFinding[]
}

/** Ansible's order: all, wider groups, narrower groups, the host; beside each what lies in its file. */
function varsOf({ inventory, family, beside, findings }: Reading, host: string, line: number): Record<string, unknown> {
  const read = (kind: 'group' | 'host', name: string) => {
    const { vars, message } = beside(kind, name)
    if (message !== undefined && !findings.some((finding) => finding.message === message))
      findings.push({ line, message })
    return vars
  }
  const groups = ['all', ...family.above(host)].flatMap((name) => [
    inventory.groups.get(name)?.vars ?? {},
    read('group', name),
  ])
  return Object.assign({}, ...groups, inventory.hostVars.get(host) ?? {}, read('host', host))
}

interface HostParts {
  line: number
  vars: Record<string, unknown>
  clusters: readonly string[]
  groups: readonly string[]
  findings: LineFinding[]
}

function hostOf(name: string, { line, vars, clusters, groups, findings }: HostParts): Host {
  const wrong = (message: string) => findings.push({ line, message: `${name}${message}` })
  const text = (...names: string[]) => textOf(vars, names, wrong)
  if (clusters.length > 1)
    wrong(
      ` is in the groups ${clusters.join(', ')}, but a node has one cluster. Say which groups are clusters: --group NAME…`,
    )
  return {
    ...bareHost(name, line),
    hostname: text('ansible_host', 'ansible_ssh_host') ?? name,
    port: portOf(text('ansible_port', 'ansible_ssh_port'), wrong),
    local: text('ansible_connection') === 'local',
    user: text('ansible_user', 'ansible_ssh_user'),
    keyFile: text('ansible_ssh_private_key_file', 'ansible_private_key_file'),
    password: text('ansible_password', 'ansible_ssh_password', 'ansible_ssh_pass'),
    jump: jumpOf([text('ansible_ssh_common_args'), text('ansible_ssh_extra_args')], wrong),
    cluster: clusters[0] ?? null,
    labels: groups.length === 0 ? {} : { groups: groups.join(',') },
  }
}

type Wrong = (message: string) => unknown

function portOf(text: string | null, wrong: Wrong): number | null {
  const port = text === null ? null : parsePort(text)
  if (port === undefined) wrong(`: ansible_port: got ${JSON.stringify(text)}, expected a number from 1 to 65535.`)
  return port ?? null
}

function jumpOf(args: readonly (string | null)[], wrong: Wrong): string[] {
  const jump = parseJumps(args.filter((one) => one !== null).join(' '))
  if (jump === undefined)
    wrong(': its ProxyCommand is not understood. Write it as -J user@host, or import with --ssh-profile.')
  return jump ?? []
}

function textOf(vars: Record<string, unknown>, names: readonly string[], wrong: Wrong): string | null {
  const found = names.find((one) => vars[one] !== undefined && vars[one] !== null)
  if (found === undefined) return null
  const text = String(vars[found])
  if (!/\{\{|\$ANSIBLE_VAULT/.test(text)) return text
  const what = text.includes('{{') ? 'is a template' : 'is encrypted'
  wrong(`: ${found} ${what}, which only Ansible can read. Import what \`ansible-inventory --list\` prints.`)
  return null
}
