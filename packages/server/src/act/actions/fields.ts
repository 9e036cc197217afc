import type { Field } from '../../model/fields.ts'

/** What every action that works on each of its targets has; the engine reads them. */
export const eachTargetFields = {
  parallel: {
    kind: 'number',
    help: 'On how many targets at once.',
    default: 10,
    min: 1,
    max: 1_000,
    integer: true,
    unit: 'targets',
  },
  stopAfterFailures: {
    kind: 'number',
    help: 'After so many failed targets no other one is begun.',
    default: 1,
    min: 1,
    max: 100_000,
    integer: true,
    unit: 'targets',
  },
} as const satisfies Record<string, Field>
