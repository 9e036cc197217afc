import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import { newestRuns, oneOf, seriesOf } from '../api.ts'
import { CounterGraph } from '../parts/counter-graph.tsx'
import { Empty } from '../parts/empty.tsx'
import { ClusterLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { NodeConnection } from '../parts/node-connection.tsx'
import { PageHead, Section } from '../parts/page-head.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { RunsTable } from '../parts/runs-table.tsx'
import { State } from '../parts/state.tsx'
import { useLiveSeries } from '../parts/use-live-series.ts'
import { isUnderWay } from '../reckon/provision.ts'
import { Connection } from './node/connection.tsx'
import { HostKey } from './node/host-key.tsx'
import { NodeJvms } from './node/jvms.tsx'

/** Runs of the node's cluster among which its own are looked for. */
const runsRead = 100

/** One node: is it reached, what does it measure, what was done to it. */
export function Node() {
  const { name } = useParams({ strict: false })
  const node = useQuery(oneOf('nodes', name ?? ''))
  return (
    <Loaded query={node} height={600}>
      {(found) => <NodePage key={found.id} node={found} />}
    </Loaded>
  )
}

function NodePage({ node }: { node: resources.Node }) {
  const series = useQuery(seriesOf(`?node=${node.id}`))
  useLiveSeries(series.data)
  const own = useMemo(() => series.data ?? [], [series.data])
  // Its JVMs are lines of one graph.
  const graphs = useMemo(() => [...Map.groupBy(own, ({ counter }) => counter.id).values()], [own])
  return (
    <>
      <PageHead title={node.name} aside={<Orders node={node} />}>
        <State of="node" state={node.state} />
        <NodeConnection node={node} />
        {node.cluster && (
          <span>
            in <ClusterLink cluster={node.cluster} />
          </span>
        )}
      </PageHead>
      {node.offeredHostKey !== null && <HostKey node={node} />}
      <Connection node={node} />
      <NodeJvms node={node} series={own} />
      <Section title="Counters">
        <Loaded query={series} height={240}>
          {() =>
            graphs.length === 0 ? (
              <NoCounters node={node} />
            ) : (
              <div className="graphs">
                {graphs.map((lines) => (
                  <CounterGraph key={lines[0]?.counter.id} series={lines} height={150} />
                ))}
              </div>
            )
          }
        </Loaded>
      </Section>
      <Section title="Runs on its cluster">
        <NodeRuns node={node} />
      </Section>
    </>
  )
}

function NoCounters({ node }: { node: resources.Node }) {
  if (isUnderWay(node))
    return (
      <div className="card">
        <Empty>
          {node.state === 'draining'
            ? 'Its machine is being taken away.'
            : 'Its machine is on its way; what its cluster collects begins when it is in service.'}
        </Empty>
      </div>
    )
  const to = node.cluster ? `/control/clusters/${node.cluster.name}` : `/control/nodes/${node.name}`
  return (
    <div className="card">
      <Empty
        action={
          <Button component={Link} to={to} variant="default">
            {node.cluster ? 'Choose counters' : 'Put it into a cluster'}
          </Button>
        }
      >
        {node.cluster ? 'Its cluster collects no counters.' : 'It is in no cluster, so nothing is collected from it.'}
      </Empty>
    </div>
  )
}

function NodeRuns({ node }: { node: resources.Node }) {
  const runs = useQuery({
    ...newestRuns(runsRead, node.cluster ? `&cluster=${node.cluster.id}` : ''),
    enabled: node.cluster !== null,
  })
  if (node.cluster === null)
    return (
      <div className="card">
        <Empty>It is in no cluster.</Empty>
      </div>
    )
  return (
    <Loaded query={runs} height={160}>
      {({ items }) => <RunsTable runs={items.slice(0, 20)} empty="Nothing has been run on its cluster yet." />}
    </Loaded>
  )
}

function Orders({ node }: { node: resources.Node }) {
  const { may, whyNot } = useMay('operator')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" disabled={!may} title={whyNot} onClick={() => setOpened(true)}>
        Run something here…
      </Button>
      <RunDialog
        opened={opened}
        close={() => setOpened(false)}
        nodes={[node.name]}
        {...(node.cluster ? { cluster: node.cluster.name } : {})}
      />
      <Button component={Link} to={`/control/nodes/${node.name}`} variant="default">
        Edit
      </Button>
    </>
  )
}
