import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { CounterGraph } from '../../parts/counter-graph.tsx'
import { Empty } from '../../parts/empty.tsx'
import { NodeLink, SeriesLink } from '../../parts/links.tsx'

/** Nodes or JVMs at first: each has a graph a counter. */
const atOnce = 5

interface GraphsProps {
  cluster: resources.Cluster
  series: readonly watching.Series[]
}

/** Every node by itself: its counters side by side, its JVMs as lines of one graph. */
export function NodeGraphs({ cluster, series }: GraphsProps) {
  const nodes = useMemo(() => [...Map.groupBy(series, ({ node }) => node.id).values()], [series])
  if (nodes.length === 0)
    return (
      <div className="card">
        <Empty>Nothing is collected from the nodes of {cluster.name}.</Empty>
      </div>
    )
  return (
    <Groups groups={nodes} noun="nodes" headOf={({ node }) => <NodeLink node={node} />} keyOf={({ node }) => node.id} />
  )
}

/** Every JVM by itself: its counters side by side. */
export function JvmGraphs({ cluster, series }: GraphsProps) {
  const jvms = useMemo(() => {
    const own = series.filter(({ jvm }) => jvm !== null)
    return [...Map.groupBy(own, ({ jvm }) => jvm?.id).values()]
  }, [series])
  if (jvms.length === 0)
    return (
      <div className="card">
        <Empty
          action={
            <Button component={Link} to="/control/counters" variant="default">
              Choose counters
            </Button>
          }
        >
          Nothing is collected from JVMs in {cluster.name}: give its nodes a JVM profile, and the cluster counters over
          JMX.
        </Empty>
      </div>
    )
  return (
    <Groups
      groups={jvms}
      noun="JVMs"
      headOf={({ node, jvm }) => <SeriesLink node={node} jvm={jvm} />}
      keyOf={({ jvm }) => jvm?.id ?? 0}
    />
  )
}

interface GroupsProps {
  groups: readonly (readonly watching.Series[])[]
  noun: string
  headOf: (one: watching.Series) => ReactNode
  keyOf: (one: watching.Series) => number
}

function Groups({ groups, noun, headOf, keyOf }: GroupsProps) {
  const [count, setCount] = useState(atOnce)
  return (
    <>
      {groups.slice(0, count).map((own) => {
        const [first] = own
        return (
          first && (
            <div key={keyOf(first)} className="by-node">
              <h3>{headOf(first)}</h3>
              <div className="graphs graphs-small">
                {[...Map.groupBy(own, ({ counter }) => counter.id)].map(([counter, lines]) => (
                  <CounterGraph key={counter} series={lines} height={110} />
                ))}
              </div>
            </div>
          )
        )
      })}
      {groups.length > count && (
        <Button variant="default" onClick={() => setCount(count + 2 * atOnce)}>
          Show more of {groups.length} {noun}
        </Button>
      )}
    </>
  )
}
