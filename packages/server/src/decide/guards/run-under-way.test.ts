import { changingNothing, table } from './fixtures.ts'

const reasonUnderWay =
  'Trigger "grow" held back by a run under way (run 41 changes the nodes of cluster "shop"). It stays armed.'

table('run-under-way', [
  { name: 'a second node-changing run is refused', some: { runUnderWay: { runId: 41 } }, reason: reasonUnderWay },
  { name: 'a run that changes no nodes goes', some: { runUnderWay: { runId: 41 }, ...changingNothing } },
  {
    name: 'not even force goes on',
    some: { runUnderWay: { runId: 41 }, asker: 'forced' },
    reason: reasonUnderWay.replace(' It stays armed.', ''),
  },
])
