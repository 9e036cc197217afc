import type { Health } from '../health.ts'
import { changingNothing, type Some, table } from './fixtures.ts'

const failing = (failing: number, nodes: number, scope: Health['scope'] = 'cluster'): Some => ({
  health: [{ scope, clusterId: 1, site: scope === 'site' ? 'dc1' : null, failing, nodes }],
})

const broken = (what: string) =>
  `Trigger "grow" held back by the sensor guard (sensors of ${what} fail at once). It stays armed.`

table('sensor', [
  { name: '45 % failing is not over 45 %', some: failing(9, 20) },
  { name: 'over 45 % is', some: failing(10, 20), reason: broken('10 of 20 nodes of cluster "shop"') },
  { name: '3 of 4 are not over 3', some: failing(3, 4) },
  { name: '4 of 4 are', some: failing(4, 4), reason: broken('4 of 4 nodes of cluster "shop"') },
  { name: '2 of 3 are not all', some: failing(2, 3) },
  { name: '3 of 3 are all', some: failing(3, 3), reason: broken('3 of 3 nodes of cluster "shop"') },
  { name: '1 of 1 is all', some: failing(1, 1), reason: broken('1 of 1 nodes of cluster "shop"') },
  { name: 'nobody sampled yet is no failure', some: failing(0, 0) },
  { name: 'a small site may fail as a whole', some: failing(3, 3, 'site') },
  { name: 'a larger one may not', some: failing(4, 8, 'site'), reason: broken('4 of 8 nodes at site "dc1"') },
  { name: 'the fleet may not', some: failing(50, 100, 'all'), reason: broken('50 of 100 nodes of the fleet') },
  { name: 'a run without node changes goes', some: { ...failing(3, 3), ...changingNothing } },
])
