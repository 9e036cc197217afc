import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import { NodeLink } from '../../parts/links.tsx'

/** Nodes at first: each has a graph a counter. */
const nodesAtOnce = 5

/** Every node by itself: its counters side by side. */
export function NodeGraphs({ cluster, series }: { cluster: resources.Cluster; series: readonly watching.Series[] }) {
  const [count, setCount] = useState(nodesAtOnce)
  const nodes = useMemo(() => [...Map.groupBy(series, ({ node }) => node.id).values()], [series])
  if (nodes.length === 0)
    return (
      <div className="card">
        <Empty>Nothing is collected from the nodes of {cluster.name}.</Empty>
      </div>
    )
  return (
    <>
      {nodes.slice(0, count).map((own) => (
        <div key={own[0]?.node.id} className="by-node">
          <h3>
            <NodeLink node={own[0]?.node ?? null} />
          </h3>
          <div className="graphs graphs-small">
            {own.map((one) => (
              <CounterGraph key={one.id} series={[one]} height={110} />
            ))}
          </div>
        </div>
      ))}
      {nodes.length > count && (
        <Button variant="default" onClick={() => setCount(count + 2 * nodesAtOnce)}>
          Show more of {nodes.length} nodes
        </Button>
      )}
    </>
  )
}
