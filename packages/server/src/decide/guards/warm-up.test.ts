import { noon } from '../fixtures.ts'
import { changingNothing, type Some, table } from './fixtures.ts'

const warming = (ms: number): Some => ({ warmingUp: [{ nodeName: 'shop04', until: noon + ms }] })

table('warm-up', [
  {
    name: 'no change while a node warms up',
    some: warming(1_000),
    reason: 'Trigger "grow" held back by warm-up until 12:00:01 UTC (node "shop04" warms up). It stays armed.',
    until: noon + 1_000,
  },
  { name: 'at its end it goes', some: warming(0) },
  { name: 'a run without node changes goes', some: { ...warming(1_000), ...changingNothing } },
])
