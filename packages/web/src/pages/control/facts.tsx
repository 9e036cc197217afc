import type { ReactNode } from 'react'
import type { Kinds } from '../../api.ts'
import type { Column } from '../../parts/table.tsx'

type Configured = Kinds[
  | 'clusters'
  | 'nodes'
  | 'counters'
  | 'triggers'
  | 'ssh-profiles'
  | 'jvm-profiles'
  | 'ec2-profiles']

/** What a list shows of each thing beside its name: fields by their names, as texts. */
const shownFields: Record<string, readonly { field: string; head: string; isNumber?: boolean }[]> = {
  clusters: [
    { field: 'size', head: 'Nodes', isNumber: true },
    { field: 'min', head: 'Min', isNumber: true },
    { field: 'max', head: 'Max', isNumber: true },
    { field: 'counters', head: 'Counters' },
  ],
  nodes: [
    { field: 'cluster', head: 'Cluster' },
    { field: 'hostname', head: 'Address' },
    { field: 'sshProfile', head: 'SSH profile' },
    { field: 'jvmProfiles', head: 'JVM profiles' },
    { field: 'state', head: 'State' },
  ],
  counters: [
    { field: 'source', head: 'Source' },
    { field: 'threshold', head: 'Threshold', isNumber: true },
    { field: 'unit', head: 'Unit' },
    { field: 'period', head: 'Period', isNumber: true },
  ],
  triggers: [
    { field: 'cluster', head: 'Cluster' },
    { field: 'state', head: 'State' },
    { field: 'counters', head: 'Counters' },
    { field: 'actions', head: 'Actions' },
  ],
  'ssh-profiles': [
    { field: 'user', head: 'User' },
    { field: 'hostKeys', head: 'Host keys' },
    { field: 'jump', head: 'Jump hosts' },
  ],
  'jvm-profiles': [
    { field: 'port', head: 'Port', isNumber: true },
    { field: 'via', head: 'Reached' },
    { field: 'user', head: 'User' },
  ],
  'ec2-profiles': [
    { field: 'region', head: 'Region' },
    { field: 'instanceTypes', head: 'Instance types' },
    { field: 'imageId', head: 'Image' },
    { field: 'loadBalancers', head: 'Load balancers' },
  ],
}

/** The columns of a kind. */
export function factsOf(kind: string): Column<Configured>[] {
  return (shownFields[kind] ?? []).map(({ field, head, isNumber = false }, index) => ({
    key: field,
    head,
    isNumber,
    isMinor: index > 1,
    cell: (thing) => <Fact value={fieldOf(thing, field)} />,
    by: (thing) => {
      const value = fieldOf(thing, field)
      return typeof value === 'number' ? value : wordsOf(value)
    },
  }))
}

function fieldOf(thing: Configured, field: string): unknown {
  if (field === 'source') return fieldOf(thing, 'ssh') ?? fieldOf(thing, 'jmx')
  return Object.entries(thing).find(([name]) => name === field)?.[1]
}

function Fact({ value }: { value: unknown }): ReactNode {
  const text = wordsOf(value)
  if (text === '') return <span className="dim">–</span>
  return (
    <span className="cell-cut" title={text}>
      {text}
    </span>
  )
}

function wordsOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(wordsOf).join(', ')
  if (typeof value !== 'object') return String(value)
  if ('name' in value) return String(value.name)
  if ('counter' in value) return wordsOf(value.counter)
  if ('action' in value) return wordsOf(value.action)
  return Object.values(value).map(wordsOf).filter(Boolean).join(' ').split('\n')[0] ?? ''
}
