import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import { seriesOf } from '../../api.ts'
import { CounterRow } from '../../parts/counter-row.tsx'
import { ClusterLink } from '../../parts/links.tsx'
import { Looks } from '../../parts/state.tsx'
import { pollOf, useLiveSeries } from '../../parts/use-live-series.ts'
import { glances } from '../../reckon/glance.ts'
import { isPaused, sizeText } from '../../reckon/size.ts'

/** More counters are on the cluster's page. */
const countersShown = 4

/** One cluster of the overview: its size, and its counters, the worst first. */
export function ClusterGlance({
  cluster,
  triggers,
}: {
  cluster: resources.Cluster
  triggers: readonly resources.Trigger[]
}) {
  const { data } = useQuery({
    ...seriesOf(`?cluster=${cluster.id}`),
    refetchInterval: ({ state }) => pollOf(state.data),
  })
  useLiveSeries(data)
  const own = useMemo(
    () =>
      glances(
        data ?? [],
        triggers.filter((trigger) => trigger.cluster.id === cluster.id),
      ),
    [data, triggers, cluster.id],
  )
  return (
    <article className="glance">
      <div className="glance-head">
        <ClusterLink cluster={cluster} />
        <span className="glance-size figure">
          {isPaused(cluster) && <Looks look={{ tone: 'idle', shape: 'bars', word: 'paused' }} />}
          <span>{sizeText(cluster)}</span>
        </span>
      </div>
      {own.slice(0, countersShown).map((glance) => (
        <CounterRow key={glance.counter.id} glance={glance} />
      ))}
      {data && own.length === 0 && <p className="dim small">{whyNothing(cluster)}</p>}
      {own.length > countersShown && (
        <Link className="link small dim" to="/clusters/$name" params={{ name: cluster.name }}>
          {own.length - countersShown} more {own.length - countersShown === 1 ? 'counter' : 'counters'}
        </Link>
      )}
    </article>
  )
}

function whyNothing({ size, counters }: resources.Cluster): string {
  if (size === 0) return 'It has no nodes yet.'
  return counters.length === 0 ? 'No counter is collected from it.' : 'Nothing is collected from its nodes yet.'
}
