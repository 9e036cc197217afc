import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { newestRuns, seriesOf } from '../../api.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import { decisionMarks, runMarks } from '../../parts/graph/happenings.ts'
import type { StripMark } from '../../parts/graph/strip.tsx'
import { HitsBar } from '../../parts/hits-bar.tsx'
import { serverNow } from '../../parts/now.tsx'
import { pollOf, useLiveSeries } from '../../parts/use-live-series.ts'
import { seriesName } from '../../reckon/series-name.ts'

const runsShown = 100

/** A graph a counter that the trigger judges: its threshold, the fullest band of hits below, what fired and what was held back. */
export function TriggerGraphs({ trigger, state }: { trigger: resources.Trigger; state: watching.TriggerState }) {
  const series = useQuery({
    ...seriesOf(`?cluster=${trigger.cluster.id}`),
    refetchInterval: ({ state }) => pollOf(state.data),
  })
  const runs = useQuery(newestRuns(runsShown, `&trigger=${trigger.id}`))
  useLiveSeries(series.data)
  const key = JSON.stringify([...runMarks(runs.data?.items ?? [], serverNow()), ...decisionMarks(state)])
  const marks = useMemo(() => JSON.parse(key) as StripMark[], [key])
  const judged = trigger.counters.map(({ counter, threshold }) => ({
    counter,
    threshold,
    series: (series.data ?? []).filter((one) => one.counter.id === counter.id),
  }))
  if (series.data && judged.every((one) => one.series.length === 0))
    return (
      <div className="card">
        <Empty>
          {trigger.state === 'off'
            ? 'While it is off its counters are not collected for it.'
            : 'No node of its cluster has samples of its counters.'}
        </Empty>
      </div>
    )
  return (
    <div className="graphs">
      {judged.map((one) => (
        <div key={one.counter.id}>
          <CounterGraph series={one.series} threshold={one.threshold} marks={marks} />
          <HitsBand state={state} counter={one.counter.id} />
        </div>
      ))}
    </div>
  )
}

/** How full the hits of a counter are: the band fills as the breach lasts. */
function HitsBand({ state, counter }: { state: watching.TriggerState; counter: number }) {
  const own = state.series.filter((one) => one.counter.id === counter)
  const fullest = own.toSorted((a, b) => b.hits - a.hits)[0]
  if (!fullest) return null
  const share = Math.min(1, fullest.hits / fullest.hitsNeeded)
  return (
    <div className="hits-band">
      {share > 0 && (
        <div className="hits-fill" data-tone={share >= 1 ? 'failing' : 'held'} style={{ width: `${share * 100}%` }} />
      )}
      <span className="small">
        {fullest.node && fullest.hits > 0 ? seriesName({ node: fullest.node, jvm: fullest.jvm }) : 'most hits'}{' '}
        <HitsBar hits={fullest.hits} needed={fullest.hitsNeeded} />
      </span>
    </div>
  )
}
