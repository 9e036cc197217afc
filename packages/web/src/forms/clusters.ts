import type { Declaration } from '../parts/form/kinds.ts'
import { durationHelp, nameField } from './name-field.ts'

export const clusters: Declaration = {
  noun: 'cluster',
  plural: 'clusters',
  about: 'Nodes of one kind, kept between a least and a greatest number.',
  fields: [
    nameField,
    {
      name: 'counters',
      label: 'Counters',
      kind: 'references',
      to: 'counters',
      help: 'What is collected from all its nodes; the counters of its triggers come by themselves.',
    },
    { name: 'min', label: 'Least number of nodes', kind: 'number', min: 0, max: 100_000, start: 1, isNeverNull: true },
    {
      name: 'max',
      label: 'Greatest number of nodes',
      kind: 'number',
      min: 0,
      max: 100_000,
      help: 'Without it no trigger adds nodes by itself.',
    },
    {
      name: 'cooldown',
      label: 'Cooldown',
      kind: 'text',
      start: '5m',
      isNeverNull: true,
      isRare: true,
      help: `How long after a run that changed nodes no other begins in the same direction. ${durationHelp}`,
    },
    {
      name: 'warmUp',
      label: 'Warm-up',
      kind: 'text',
      start: '0s',
      isNeverNull: true,
      isRare: true,
      help: `How long a new node is left to get going before it is judged. ${durationHelp}`,
    },
  ],
}
