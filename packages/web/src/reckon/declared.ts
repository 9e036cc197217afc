/** A field of a source or an action as the server declares it (`/kinds`); what is not said is not there. */
export interface DeclaredField {
  kind: 'text' | 'flag' | 'number' | 'duration' | 'list' | 'template' | 'reference'
  help: string
  optional?: boolean
  default?: unknown
  defaultMs?: number
  lines?: number
  oneOf?: readonly string[]
  min?: number
  max?: number
  unit?: string
  to?: string
  many?: boolean
}

/** `stopAfterFailures` as a label: `Stop after failures`. */
export function labelOf(name: string): string {
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
