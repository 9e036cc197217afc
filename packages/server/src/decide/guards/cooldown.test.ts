import { noon } from '../fixtures.ts'
import { base, changingNothing, minutes, removing, table } from './fixtures.ts'

const ended = (ago: number) => ({ runId: 41, endedAt: noon - ago })

table('cooldown', [
  {
    name: 'growth within growth’s cooldown is refused',
    some: { lastGrowth: ended(minutes(5) - 1_000) },
    reason: 'Trigger "grow" held back by cooldown until 12:00:01 UTC (5m after run 41). It stays armed.',
    until: noon + 1_000,
  },
  { name: 'at its end it goes', some: { lastGrowth: ended(minutes(5)) } },
  { name: 'growth never waits for a removal’s', some: { lastRemoval: ended(0) } },
  { name: 'a removal does not wait for growth’s', some: { lastGrowth: ended(0), ...removing } },
  {
    name: 'a removal within a removal’s is refused',
    some: { lastRemoval: ended(minutes(4)), ...removing },
    reason: 'Trigger "grow" held back by cooldown until 12:01:00 UTC (5m after run 41). It stays armed.',
    until: noon + minutes(1),
  },
  {
    name: 'a run without node changes has none',
    some: { lastGrowth: ended(0), lastRemoval: ended(0), ...changingNothing },
  },
  { name: 'a cooldown of 0 is none', some: { lastGrowth: ended(0), cluster: { ...base.cluster, cooldownMs: 0 } } },
  { name: 'a person does not wait', some: { lastGrowth: ended(0), asker: 'person' } },
])
