import type { Step } from '../../../server/src/wire/runs.ts'

/** A field of a source or an action as the server declares it (`/kinds`); what is not said is not there. */
export interface DeclaredField {
  kind: 'text' | 'flag' | 'number' | 'duration' | 'list' | 'template' | 'file' | 'reference'
  help: string
  optional?: boolean
  default?: unknown
  defaultMs?: number
  lines?: number
  oneOf?: readonly string[]
  about?: Readonly<Record<string, { help: string; unit: string }>>
  min?: number
  max?: number
  unit?: string
  to?: 'counters' | 'ssh-profiles' | 'jvm-profiles' | 'ec2-profiles'
  many?: boolean
  bytesMax?: number
}

/** Names that are written in a way of their own. */
const labels: Record<string, string> = {
  mbean: 'MBean',
  readyMade: 'Ready-made',
  ec2Profile: 'EC2 profile',
  sshProfile: 'SSH profile',
  jvmProfiles: 'JVM profiles',
  url: 'Address',
  noop: 'Only try',
}

/** `stopAfterFailures` as a label: `Stop after failures`. */
export function labelOf(name: string): string {
  if (labels[name] !== undefined) return labels[name]
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** All that a counter's source, an action or a step can be; a kind that is new is missed here by the compiler. */
const kindNames: Record<Step['type'] | 'ssh' | 'jmx', string> = {
  ssh: 'A script over SSH',
  jmx: 'An MBean’s attribute over JMX',
  deployEc2Node: 'Deploy an EC2 node',
  removeEc2Node: 'Remove an EC2 node',
  deployCommand: 'Deploy a node with a program of your own',
  removeCommand: 'Remove a node with a program of your own',
  osConfiguration: 'Apply a Puppet manifest',
  localScript: 'A script on each target',
  distributedScript: 'A Fabric fabfile against the targets',
  serverCommand: 'A command on tscaler’s own machine',
  email: 'A mail',
  waitUntil: 'Wait until a counter or an address is as wanted',
  pause: 'Wait for a person’s go',
  nodeReady: 'The ready check of a new node',
}

/** The kinds that things may be made of, each in a field of its own name. */
export const kindIds: readonly string[] = Object.keys(kindNames)

/** What a source or a type of action is called. */
export function kindName(id: string): string {
  return Object.entries(kindNames).find(([one]) => one === id)?.[1] ?? labelOf(id)
}

/** The type of an action: the field that it has its own fields in. Empty: one that is not known here. */
export function typeOf(action: object): string {
  return kindIds.find((id) => id in action) ?? ''
}

/** What the fields of a source or an action are about, in a line: their first text, list or name of another thing. */
export function gistOf(fields: Readonly<Record<string, unknown>>): string {
  for (const value of Object.values(fields)) {
    const text = textOf(value)
    if (text !== '') return text
  }
  return ''
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.split('\n')[0] ?? ''
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(' ')
  return typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : ''
}

/** The fields that are left to fill in: a ready-made counter stands in place of all others, and any of them in its place. */
export function fieldsLeft<Field>(
  fields: readonly (readonly [string, Field])[],
  values: Readonly<Record<string, unknown>>,
): (readonly [string, Field])[] {
  const isGiven = (name: string) => ![undefined, null, '', false].some((nothing) => values[name] === nothing)
  const given = fields.filter(([name]) => isGiven(name)).map(([name]) => name)
  const hasOther = given.some((name) => name !== 'readyMade')
  return fields.filter(([name]) => {
    if (isGiven(name)) return true
    return name === 'readyMade' ? !hasOther : !given.includes('readyMade')
  })
}
