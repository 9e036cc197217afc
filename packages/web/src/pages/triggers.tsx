import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf, triggerState } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { HitsBar } from '../parts/hits-bar.tsx'
import { ClusterLink, TriggerLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Ago } from '../parts/now.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Looks, State } from '../parts/state.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { spanText, timingMs } from '../reckon/duration.ts'
import { isPaused } from '../reckon/size.ts'

/** All triggers: which are on, how near each is to firing, and what holds it back. */
export function Triggers() {
  const triggers = useQuery(listOf('triggers'))
  const add = (
    <Button component={Link} to="/control/triggers/new" variant="default">
      New trigger
    </Button>
  )
  return (
    <>
      <PageHead title="Triggers" aside={add} />
      <Loaded query={triggers} height={240}>
        {(all) => (
          <DataTable
            name="triggers"
            rows={all}
            columns={columns}
            keyOf={({ name }) => name}
            textOf={({ name, cluster, counters, state }) =>
              `${name} ${cluster.name} ${state} ${counters.map(({ counter }) => counter.name).join(' ')}`
            }
            sort="name"
            empty={
              <div className="card">
                <Empty action={add}>A trigger watches counters and starts actions. There are none yet.</Empty>
              </div>
            }
          />
        )}
      </Loaded>
    </>
  )
}

const columns: Column<resources.Trigger>[] = [
  {
    key: 'state',
    head: 'State',
    cell: (trigger) => <TriggerStanding trigger={trigger} />,
    by: ({ state }) => state,
    width: '130px',
  },
  { key: 'name', head: 'Trigger', cell: (trigger) => <TriggerLink trigger={trigger} />, by: ({ name }) => name },
  {
    key: 'cluster',
    head: 'Cluster',
    isMinor: true,
    cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    by: ({ cluster }) => cluster.name,
  },
  {
    key: 'counters',
    head: 'Counters',
    isMinor: true,
    cell: (trigger) => <Texts texts={trigger.counters.map(({ counter }) => counter.name)} />,
  },
  {
    key: 'timing',
    head: 'Timing',
    isNumber: true,
    isMinor: true,
    cell: ({ timing }) => spanText(timingMs(timing)),
    by: ({ timing }) => timingMs(timing),
  },
  {
    key: 'actions',
    head: 'Actions',
    isMinor: true,
    cell: (trigger) => <Texts texts={trigger.actions.map(({ action }) => action.name)} />,
  },
  { key: 'hits', head: 'Most hits', cell: (trigger) => <MostHits trigger={trigger} /> },
  { key: 'last', head: 'Last decision', cell: (trigger) => <LastVerdict trigger={trigger} /> },
]

/** On, watching or off; or paused. */
function TriggerStanding({ trigger }: { trigger: resources.Trigger }) {
  if (isPaused(trigger)) return <Looks look={{ tone: 'idle', shape: 'bars', word: 'paused' }} />
  return <State of="trigger" state={trigger.state} />
}

function Texts({ texts }: { texts: readonly string[] }) {
  if (texts.length === 0) return <span className="dim">none</span>
  return (
    <span className="cell-cut" title={texts.join(', ')}>
      {texts.join(', ')}
    </span>
  )
}

function MostHits({ trigger }: { trigger: resources.Trigger }) {
  const { data } = useQuery({ ...triggerState(trigger.name), enabled: trigger.state !== 'off' })
  const most = data?.series.toSorted((a, b) => b.hits / b.hitsNeeded - a.hits / a.hitsNeeded)[0]
  if (trigger.state === 'off' || !most) return <span className="dim">–</span>
  return <HitsBar hits={most.hits} needed={most.hitsNeeded} />
}

function LastVerdict({ trigger }: { trigger: resources.Trigger }) {
  const { data } = useQuery({ ...triggerState(trigger.name), enabled: trigger.state !== 'off' })
  const last = data?.verdicts[0]
  if (!last) return <span className="dim">none yet</span>
  return (
    <span className="cell-cut" title={last.reason}>
      <State of="verdict" state={last.outcome} /> <Ago at={last.lastAt} />
    </span>
  )
}
