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
  to?: string
  many?: boolean
}

/** Names that are written in a way of their own. */
const labels: Record<string, string> = { mbean: 'MBean', readyMade: 'Ready-made' }

/** `stopAfterFailures` as a label: `Stop after failures`. */
export function labelOf(name: string): string {
  if (labels[name] !== undefined) return labels[name]
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const kindNames: Record<string, string> = {
  ssh: 'A script over SSH',
  jmx: 'An MBean’s attribute over JMX',
  deployEc2Node: 'Deploy an EC2 node',
  removeEc2Node: 'Remove an EC2 node',
  osConfiguration: 'Apply a Puppet manifest',
  localScript: 'A script on each target',
  distributedScript: 'A Fabric fabfile against the targets',
  serverCommand: 'A command on tscaler’s own machine',
  email: 'A mail',
}

/** What a source or a type of action is called. */
export function kindName(id: string): string {
  return kindNames[id] ?? labelOf(id)
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
