import { expect, test } from 'vitest'
import { noon } from '../fixtures.ts'
import { blastNodesDefault } from './blast-radius.ts'
import { changingNothing, minutes, type Some, table } from './fixtures.ts'

const changed = (...changes: [ago: number, nodes: number][]): Some => ({
  nodesChanged: changes.map(([ago, nodes]) => ({ at: noon - ago, nodes })),
})

table('blast-radius', [
  { name: 'up to the most goes', some: changed([minutes(1), 2]) },
  {
    name: 'past it waits until enough is 5 min old',
    some: changed([minutes(1), 2], [minutes(4), 1]),
    reason:
      'Trigger "grow" held back by the blast radius until 12:01:00 UTC (at most 3 nodes in 5m, 3 changed already; the run would change 1). It stays armed.',
    until: noon + minutes(1),
  },
  { name: 'at 5 min a change is out of the window', some: changed([minutes(5), 3]) },
  {
    name: 'a plan that is too big alone never goes by itself',
    some: { plannedNodesChange: { added: 3, removed: 1 } },
    reason:
      'Trigger "grow" held back by the blast radius (at most 3 nodes in 5m, 0 changed already; the run would change 4). It stays armed.',
  },
  { name: 'a set budget replaces the default', some: { blastNodesMax: 4, ...changed([minutes(1), 3]) } },
  {
    name: 'a person is held too',
    some: { ...changed([0, 3]), asker: 'person' },
    reason:
      'Trigger "grow" held back by the blast radius until 12:05:00 UTC (at most 3 nodes in 5m, 3 changed already; the run would change 1).',
    until: noon + minutes(5),
  },
  { name: 'but an admin’s force is not', some: { ...changed([0, 3]), asker: 'forced' } },
  { name: 'a run without node changes goes', some: { ...changed([0, 9]), ...changingNothing } },
])

test.each([
  { fleet: 0, most: 2 },
  { fleet: 29, most: 2 },
  { fleet: 30, most: 3 },
  { fleet: 10_000, most: 1_000 },
])('the default blast radius of $fleet nodes is $most', ({ fleet, most }) =>
  expect(blastNodesDefault(fleet)).toBe(most),
)
