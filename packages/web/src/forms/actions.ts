import type { Declaration } from '../parts/form/kinds.ts'
import { durationHelp, nameField } from './name-field.ts'

export const actions: Declaration = {
  noun: 'action',
  plural: 'actions',
  about:
    'Something that tscaler can do to machines or people; triggers run them in order, and you can run one by hand.',
  fields: [
    nameField,
    { name: 'type', label: 'What it does', kind: 'variant', of: 'actions', isRequired: true },
    {
      name: 'timeout',
      label: 'Time limit',
      kind: 'text',
      isNeverNull: true,
      help: `Of one attempt; of a pause, how long it waits. Left empty it is 1m, and 15m for what deploys, removes, configures or waits. ${durationHelp}`,
      placeholder: '1m',
    },
    { name: 'retries', label: 'Retries', kind: 'number', min: 0, max: 100, start: 0, isNeverNull: true, isRare: true },
    {
      name: 'retryDelay',
      label: 'Delay before a retry',
      kind: 'text',
      isNeverNull: true,
      isRare: true,
      help: durationHelp,
      placeholder: '30s',
    },
    {
      name: 'secrets',
      label: 'Secrets',
      kind: 'secrets',
      isRare: true,
      help: 'Scripts find them in their environment; they are masked in logs, plans and mails.',
    },
  ],
}
