import type { Declaration } from '../parts/form/kinds.ts'
import { durationHelp, nameField } from './name-field.ts'

export const counters: Declaration = {
  noun: 'counter',
  plural: 'counters',
  about: 'What is measured, how often, and from where on it is too much.',
  fields: [
    nameField,
    { name: 'source', label: 'Source', kind: 'variant', of: 'sources', isRequired: true },
    {
      name: 'threshold',
      label: 'Threshold',
      kind: 'text',
      placeholder: '> 4',
      help: 'In breach where it holds, such as > 4 or <= 0.5. A trigger may set another one.',
    },
    {
      name: 'unit',
      label: 'Unit',
      kind: 'text',
      isNeverNull: true,
      help: 'As it is shown: %, ms, 1/s; bytes are shown as KiB, MiB, GiB.',
    },
    {
      name: 'period',
      label: 'Period',
      kind: 'text',
      start: '10s',
      isNeverNull: true,
      help: `How often it is collected, 1s to 1h. ${durationHelp}`,
    },
    {
      name: 'shared',
      label: 'Load that the nodes share',
      kind: 'flag',
      help: 'One node fewer makes the others carry its part: no node is removed where that would be too much.',
    },
  ],
}
