import { useMemo } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { overridden } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import { HeatMap } from '../../parts/heat/heat-map.tsx'
import { seriesName } from '../../reckon/series-name.ts'

interface HeatMapsProps {
  series: readonly watching.Series[]
  triggers: readonly resources.Trigger[]
}

/** A heat map a counter, nodes by name from top to bottom. */
export function HeatMaps({ series, triggers }: HeatMapsProps) {
  const counters = useMemo(
    () =>
      [...Map.groupBy(series, ({ counter }) => counter.id).values()].map((own) =>
        own.toSorted((a, b) => seriesName(a).localeCompare(seriesName(b), 'en', { numeric: true })),
      ),
    [series],
  )
  if (counters.length === 0)
    return (
      <div className="card">
        <Empty>Nothing is collected from the nodes of this cluster.</Empty>
      </div>
    )
  return (
    <div className="heats">
      {counters.map((own) => (
        <HeatMap key={own[0]?.counter.id} series={own} threshold={own[0]?.threshold ?? overridden(own[0], triggers)} />
      ))}
    </div>
  )
}
