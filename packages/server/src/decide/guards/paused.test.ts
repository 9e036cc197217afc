import { noon } from '../fixtures.ts'
import { base, minutes, table } from './fixtures.ts'

table('paused', [
  {
    name: 'the trigger is paused',
    some: { trigger: { ...base.trigger, pausedUntil: noon + 1_000 } },
    reason: 'Trigger "grow" held back by a pause until 12:00:01 UTC (the trigger is paused). It stays armed.',
    until: noon + 1_000,
  },
  {
    name: 'the cluster is paused, until tomorrow',
    some: { cluster: { ...base.cluster, pausedUntil: noon + minutes(1_440) } },
    reason:
      'Trigger "grow" held back by a pause until 2027-01-16 12:00:00 UTC (cluster "shop" is paused). It stays armed.',
    until: noon + minutes(1_440),
  },
  {
    name: 'everything is paused: the longest pause is told',
    some: { pausedUntil: noon + 2_000, trigger: { ...base.trigger, pausedUntil: noon + 1_000 } },
    reason: 'Trigger "grow" held back by a pause until 12:00:02 UTC (everything is paused). It stays armed.',
    until: noon + 2_000,
  },
  { name: 'at its end it is over', some: { pausedUntil: noon } },
  { name: 'a person may run meanwhile', some: { pausedUntil: noon + 1_000, asker: 'person' } },
])
