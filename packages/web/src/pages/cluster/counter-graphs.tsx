import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import type { StripMark } from '../../parts/graph/strip.tsx'

/** Graphs beyond this are a click away: each asks for the samples of all nodes. */
const graphsMax = 8

interface CounterGraphsProps {
  cluster: resources.Cluster
  series: readonly watching.Series[]
  triggers: readonly resources.Trigger[]
  marks: readonly StripMark[]
  /** The node that is looked at in the table. */
  focus: number | null
}

/** One graph a counter, all nodes in it. */
export function CounterGraphs({ cluster, series, triggers, marks, focus }: CounterGraphsProps) {
  const [all, setAll] = useState(false)
  const counters = useMemo(() => [...Map.groupBy(series, ({ counter }) => counter.id).values()], [series])
  if (counters.length === 0) return <NoCounters cluster={cluster} />
  const shown = all ? counters : counters.slice(0, graphsMax)
  return (
    <>
      <div className="graphs">
        {shown.map((own) => (
          <CounterGraph key={own[0]?.counter.id} series={own} triggers={triggers} marks={marks} focus={focus} />
        ))}
      </div>
      {shown.length < counters.length && (
        <Button mt="sm" variant="default" onClick={() => setAll(true)}>
          Show all {counters.length} counters
        </Button>
      )}
    </>
  )
}

function NoCounters({ cluster }: { cluster: resources.Cluster }) {
  const lacksNodes = cluster.size === 0
  return (
    <div className="card">
      <Empty
        action={
          <Button
            component={Link}
            to={lacksNodes ? '/control/nodes/new' : `/control/clusters/${cluster.name}`}
            variant="default"
          >
            {lacksNodes ? 'Add a node' : 'Choose counters'}
          </Button>
        }
      >
        {lacksNodes
          ? 'This cluster has no nodes, so there is nothing to measure.'
          : 'No counter is collected from this cluster.'}
      </Empty>
    </div>
  )
}
