import { noon } from '../fixtures.ts'
import { changingNothing, table } from './fixtures.ts'

table('clock-step', [
  {
    name: 'no fire for one period after a step',
    some: { clockStep: { at: noon - 9_000, byMs: -3_000 } },
    reason: 'Trigger "grow" held back by a step of the clock until 12:00:01 UTC (it went back by 3s). It stays armed.',
    until: noon + 1_000,
  },
  { name: 'then it goes', some: { clockStep: { at: noon - 10_000, byMs: -3_000 } } },
  { name: '2 s are no step', some: { clockStep: { at: noon, byMs: 2_000 } } },
  {
    name: 'runs without node changes wait too',
    some: { clockStep: { at: noon, byMs: 2_001 }, ...changingNothing },
    reason:
      'Trigger "grow" held back by a step of the clock until 12:00:10 UTC (it went forward by 2s1ms). It stays armed.',
    until: noon + 10_000,
  },
])
