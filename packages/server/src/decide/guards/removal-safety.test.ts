import { noon } from '../fixtures.ts'
import type { GrowingSeries } from '../outlook.ts'
import { minutes, removing, type Some, sized, table } from './fixtures.ts'

const growing = (some: Partial<GrowingSeries>): Some => ({
  growing: [
    {
      triggerId: 2,
      triggerName: 'up',
      timingMs: minutes(5),
      counterName: 'load1',
      nodeId: 1,
      threshold: { comparison: '>', limit: 4 },
      value: 1,
      lastBreachAt: null,
      scaling: 'none',
      ...some,
    },
  ],
})

const unsafe = (because: string, until = '') =>
  `Trigger "grow" held back by removal safety${until} ("load1" of the growing trigger "up" ${because}). It stays armed.`

table('removal-safety', [
  {
    name: 'a breach of a growing series within 10 min blocks',
    some: { ...removing, ...growing({ lastBreachAt: noon - minutes(9) }) },
    reason: unsafe('was in breach at 11:51:00 UTC', ' until 12:01:00 UTC'),
    until: noon + minutes(1),
  },
  { name: 'at 10 min it goes', some: { ...removing, ...growing({ lastBreachAt: noon - minutes(10) }) } },
  {
    name: 'a longer Timing looks back further',
    some: { ...removing, ...growing({ lastBreachAt: noon - minutes(19), timingMs: minutes(20) }) },
    reason: unsafe('was in breach at 11:41:00 UTC', ' until 12:01:00 UTC'),
    until: noon + minutes(1),
  },
  { name: 'growth does not ask', some: growing({ lastBreachAt: noon }) },
  {
    name: 'a shared load that would be in breach on one node fewer blocks',
    some: { ...removing, ...growing({ value: 2.7, scaling: 'per-node' }) },
    reason: unsafe('would be 4.05, > 4, on the nodes left'),
  },
  { name: 'one that would just not be goes', some: { ...removing, ...growing({ value: 8 / 3, scaling: 'per-node' }) } },
  { name: 'a load that is not shared stays', some: { ...removing, ...growing({ value: 2.7 }) } },
  {
    name: 'a count of nodes gets smaller',
    some: { ...removing, ...growing({ value: 3, scaling: 'count', threshold: { comparison: '<', limit: 3 } }) },
    reason: `Trigger "grow" held back by removal safety ("load1" of the growing trigger "up" would be 2, < 3, on the nodes left). It stays armed.`,
  },
  {
    name: 'the load of the last node has nowhere to go',
    some: {
      ...removing,
      ...growing({ scaling: 'per-node' }),
      inServiceNodes: 1,
      cluster: sized(0, 8),
      clusterNodes: 1,
    },
    reason: unsafe('would be Infinity, > 4, on the nodes left'),
  },
  {
    name: 'no load on the last node may go',
    some: {
      ...removing,
      ...growing({ scaling: 'per-node', value: 0 }),
      inServiceNodes: 1,
      cluster: sized(0, 8),
      clusterNodes: 1,
    },
  },
  {
    name: 'a load that nobody knows blocks',
    some: { ...removing, ...growing({ value: null }) },
    reason: unsafe('has no fresh value'),
  },
  { name: 'a person may remove', some: { ...removing, ...growing({ lastBreachAt: noon }), asker: 'person' } },
])
