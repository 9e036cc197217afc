import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { ask, part } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { LatestValue, latestValue } from '../../parts/latest.tsx'
import { JvmLink, NodeLink } from '../../parts/links.tsx'
import { useMay } from '../../parts/me.ts'
import { NodeConnection } from '../../parts/node-connection.tsx'
import { Ago } from '../../parts/now.tsx'
import { RunDialog } from '../../parts/run-dialog.tsx'
import { State } from '../../parts/state.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'
import { newestAt } from '../../reckon/newest.ts'

/** More columns of values are unreadable; the node's page has all. */
const countersMax = 8

interface Row {
  node: resources.Node
  series: watching.Series[]
}

interface NodesTableProps {
  cluster: resources.Cluster
  nodes: readonly resources.Node[]
  series: readonly watching.Series[]
  /** Told which node is looked at, so that its line stands out in the graphs. */
  hovered: (node: number | null) => void
}

/** The nodes: state, connection, every counter's newest value, and what failed last. */
export function NodesTable({ cluster, nodes, series, hovered }: NodesTableProps) {
  const [selected, select] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => {
    const byNode = Map.groupBy(series, ({ node }) => node.id)
    return nodes.map((node) => ({ node, series: byNode.get(node.id) ?? [] }))
  }, [nodes, series])
  const columns = useMemo(() => columnsFor(series), [series])
  return (
    <DataTable
      name="nodes"
      rows={rows}
      columns={columns}
      keyOf={({ node }) => node.name}
      textOf={({ node }) => `${node.name} ${node.hostname} ${node.state} ${node.connection.failure?.text ?? ''}`}
      sort="name"
      selection={{ selected, select }}
      onHover={(row) => hovered(row?.node.id ?? null)}
      aside={
        selected.size > 0 ? (
          <ChosenBar cluster={cluster} names={[...selected]} clear={() => select(new Set())} />
        ) : undefined
      }
      empty={
        <div className="card">
          <Empty
            action={
              <Button component={Link} to="/control/nodes/new" variant="default">
                Add a node
              </Button>
            }
          >
            {cluster.name} has no nodes yet.
          </Empty>
        </div>
      }
    />
  )
}

function columnsFor(series: readonly watching.Series[]): Column<Row>[] {
  const counters = [...Map.groupBy(series, ({ counter }) => counter.id).values()].flatMap((own) => own[0] ?? [])
  const own = (row: Row, counter: number) => row.series.filter((one) => one.counter.id === counter)
  return [
    { key: 'name', head: 'Node', cell: ({ node }) => <NodeLink node={node} />, by: ({ node }) => node.name },
    {
      key: 'state',
      head: 'State',
      cell: ({ node }) => <State of="node" state={node.state} />,
      by: ({ node }) => node.state,
    },
    {
      key: 'line',
      head: 'Connection',
      cell: ({ node }) => <NodeConnection node={node} />,
      by: ({ node }) => node.connection.state,
    },
    ...counters.slice(0, countersMax).map(
      ({ counter, unit, threshold }): Column<Row> => ({
        key: `c${counter.id}`,
        head: (
          <span className="column-name" title={counter.name}>
            {counter.name}
          </span>
        ),
        isNumber: true,
        cell: (row) => <Latest series={own(row, counter.id)} unit={unit} threshold={threshold} />,
        by: (row) => greatest(own(row, counter.id)),
      }),
    ),
    {
      key: 'age',
      head: 'Last sample',
      isNumber: true,
      cell: ({ series: all }) => <Ago at={newestAt(all)} never="never" />,
      by: ({ series: all }) => newestAt(all),
    },
    {
      key: 'failure',
      head: 'Last failure',
      cell: (row) => <LastFailure row={row} />,
      by: (row) => failureOf(row)?.text ?? null,
    },
  ]
}

/** The newest value, or one of each JVM by its name. */
function Latest({ series, ...shown }: { series: readonly watching.Series[]; unit: string; threshold: string | null }) {
  const [first] = series
  if (series.length < 2) return <LatestValue latest={first?.latest ?? null} {...shown} />
  return (
    <span className="by-jvm">
      {series.map(({ id, node, jvm, latest }) => (
        <span key={id}>
          {jvm && <JvmLink node={node} jvm={jvm} />} <LatestValue latest={latest} {...shown} />
        </span>
      ))}
    </span>
  )
}

function greatest(series: readonly watching.Series[]): number | null {
  const values = series.flatMap(({ latest }) => latestValue(latest) ?? [])
  return values.length === 0 ? null : Math.max(...values)
}

/** The connection's failure says more than what follows from it. */
function failureOf({ node, series }: Row): { text: string; at: string } | null {
  if (node.connection.failure) return node.connection.failure
  for (const { latest, counter, jvm } of series)
    if (latest !== null && 'failure' in latest)
      return { text: `${jvm ? `${jvm.name}: ` : ''}${counter.name}: ${latest.failure.text}`, at: latest.at }
  return null
}

function LastFailure({ row }: { row: Row }) {
  const failure = failureOf(row)
  if (failure === null) return <span className="dim">none</span>
  return (
    <span className="cell-cut" title={failure.text}>
      {failure.text}
    </span>
  )
}

/** What can be done with the chosen nodes. */
function ChosenBar({
  cluster,
  names,
  clear,
}: {
  cluster: resources.Cluster
  names: readonly string[]
  clear: () => void
}) {
  const { may, whyNot } = useMay('operator')
  const client = useQueryClient()
  const [opened, setOpened] = useState(false)
  const check = useMutation({
    mutationFn: () => Promise.allSettled(names.map((name) => ask('POST', `/nodes/${part(name)}/check`))),
    onSettled: () => client.invalidateQueries({ queryKey: ['nodes'] }),
  })
  return (
    <div className="chosen">
      <span>{names.length} chosen</span>
      <Button size="compact-sm" variant="default" disabled={!may} title={whyNot} onClick={() => setOpened(true)}>
        Run an action…
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={!may}
        title={whyNot}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        Check now
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={clear}>
        None
      </Button>
      <RunDialog opened={opened} close={() => setOpened(false)} cluster={cluster.name} nodes={names} />
    </div>
  )
}
