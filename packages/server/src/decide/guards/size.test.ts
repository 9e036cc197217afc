import { changingNothing, removing, sized, table } from './fixtures.ts'

const noMax = 'cluster "shop" has no max, so nothing grows it by itself; set one'

table('size', [
  { name: 'growth up to max goes', some: { cluster: sized(1, 4) } },
  {
    name: 'growth past max is refused',
    some: { cluster: sized(1, 3) },
    reason: `Trigger "grow" held back by the cluster's size (cluster "shop" has 3 nodes and may have 3; the run would add 1). It stays armed.`,
  },
  {
    name: 'growth without a max is refused',
    some: { cluster: sized(1, null) },
    reason: `Trigger "grow" held back by the cluster's size (${noMax}). It stays armed.`,
  },
  { name: 'a person may grow without a max', some: { cluster: sized(1, null), asker: 'person' } },
  {
    name: 'a person may not pass max',
    some: { cluster: sized(1, 3), asker: 'person' },
    reason: `Trigger "grow" held back by the cluster's size (cluster "shop" has 3 nodes and may have 3; the run would add 1).`,
  },
  { name: 'an admin may by force', some: { cluster: sized(1, 3), asker: 'forced' } },
  { name: 'removal down to min goes', some: { cluster: sized(2, 8), ...removing } },
  {
    name: 'removal below min is refused',
    some: { cluster: sized(3, 8), ...removing },
    reason: `Trigger "grow" held back by the cluster's size (cluster "shop" has 3 nodes and must keep 3; the run would remove 1). It stays armed.`,
  },
  {
    name: 'one that replaces its node keeps min',
    some: { cluster: sized(3, 4), plannedNodesChange: { added: 1, removed: 1 } },
  },
  { name: 'a run without node changes goes in any size', some: { cluster: sized(5, 2), ...changingNothing } },
])
