import type { Declaration } from '../parts/form/kinds.ts'
import { nameField } from './name-field.ts'

export const triggers: Declaration = {
  noun: 'trigger',
  plural: 'triggers',
  about: 'Counters of a cluster, how long they must be in breach, and the actions that then run in order.',
  fields: [
    nameField,
    { name: 'cluster', label: 'Cluster', kind: 'reference', to: 'clusters', isRequired: true },
    { name: 'counters', label: 'Counters', kind: 'judged-counters', isRequired: true },
    {
      name: 'timing',
      label: 'Timing',
      kind: 'timing',
      start: '5m',
      isRequired: true,
      isNeverNull: true,
      help: 'How long a counter must be in breach: minutes (5) or a duration (90s).',
    },
    { name: 'actions', label: 'Actions, in order', kind: 'trigger-actions' },
    {
      name: 'state',
      label: 'State',
      kind: 'choice',
      start: 'watch',
      options: [
        { value: 'on', label: 'on: it fires and starts runs' },
        { value: 'watch', label: 'watch: judges and records, starts nothing' },
        { value: 'off', label: 'off: does not judge' },
      ],
    },
    {
      name: 'aggregate',
      label: 'Aggregate over the cluster',
      kind: 'choice',
      isRare: true,
      options: ['any', 'avg', 'min', 'max', 'sum', 'count', 'p50', 'p90', 'p95', 'p99'].map((value) => ({
        value,
        label: value === 'any' ? 'any: one node is enough' : value,
      })),
      help: 'A trigger that removes nodes must name it.',
    },
    {
      name: 'missing',
      label: 'Missing samples',
      kind: 'choice',
      start: 'hold',
      isRare: true,
      options: [
        { value: 'hold', label: 'hold: a failure leaves the hits' },
        { value: 'breach', label: 'breach: an unreachable node counts as in breach' },
      ],
    },
  ],
}
