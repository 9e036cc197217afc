import type { MissingSeries } from '../outlook.ts'
import { base, removing, type Some, table } from './fixtures.ts'

const lacks = (failure: MissingSeries['failure']): Some => ({
  missing: [{ seriesId: '1.2', nodeId: 2, sinceAt: null, failure }],
})

table('missing-data', [
  {
    name: 'a failing sensor blocks a removal',
    some: { ...removing, ...lacks('timeout') },
    reason:
      'Trigger "grow" held back by missing data (no fresh value of 1 series, such as 1.2: timeout). It stays armed.',
  },
  {
    name: 'a silent one too',
    some: { ...removing, ...lacks(null) },
    reason:
      'Trigger "grow" held back by missing data (no fresh value of 1 series, such as 1.2: silent). It stays armed.',
  },
  { name: 'growth goes on', some: lacks('timeout') },
  {
    name: 'a removal that takes a timeout as breach goes on',
    some: { ...removing, ...lacks('timeout'), trigger: { ...base.trigger, missing: 'breach' } },
  },
  {
    name: 'but not one with another failure',
    some: { ...removing, ...lacks('exit'), trigger: { ...base.trigger, missing: 'breach' } },
    reason: 'Trigger "grow" held back by missing data (no fresh value of 1 series, such as 1.2: exit). It stays armed.',
  },
])
