import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf, oneOf, seriesOf } from '../api.ts'
import { Loaded } from '../parts/loaded.tsx'
import { useMay } from '../parts/me.ts'
import { Clock } from '../parts/now.tsx'
import { PageHead, Section } from '../parts/page-head.tsx'
import { PauseMenu } from '../parts/pause.tsx'
import { RunDialog } from '../parts/run-dialog.tsx'
import { Looks } from '../parts/state.tsx'
import { pollOf, useLiveSeries } from '../parts/use-live-series.ts'
import { isPaused, sizeText } from '../reckon/size.ts'
import { CounterGraphs } from './cluster/counter-graphs.tsx'
import { HeatMaps } from './cluster/heat-maps.tsx'
import { JvmGraphs, NodeGraphs } from './cluster/node-graphs.tsx'
import { NodesTable } from './cluster/nodes-table.tsx'
import { useMarks } from './cluster/use-marks.ts'

/** From more nodes than this the lines of one graph can no longer be told apart. */
const linesMax = 12
const shows = ['counters', 'nodes', 'jvms', 'heat'] as const

/** One cluster: a graph a counter with all its nodes, then the nodes as a table. */
export function Cluster() {
  const { name } = useParams({ strict: false })
  const cluster = useQuery(oneOf('clusters', name ?? ''))
  return (
    <Loaded query={cluster} height={600}>
      {(found) => <ClusterPage key={found.id} cluster={found} />}
    </Loaded>
  )
}

function ClusterPage({ cluster }: { cluster: resources.Cluster }) {
  const { view = 'counters' } = useSearch({ strict: false })
  const navigate = useNavigate()
  const series = useQuery({ ...seriesOf(`?cluster=${cluster.id}`), refetchInterval: ({ state }) => pollOf(state.data) })
  const nodes = useQuery(listOf('nodes', `?cluster=${cluster.id}`))
  const triggers = useQuery(listOf('triggers', `?cluster=${cluster.id}`))
  const [focus, setFocus] = useState<number | null>(null)
  useLiveSeries(series.data)
  const marks = useMarks(cluster, triggers.data ?? [])
  const own = useMemo(() => series.data ?? [], [series.data])
  const hasJvms = own.some(({ jvm }) => jvm !== null)
  const show = shows.find((one) => one === view) ?? 'counters'
  return (
    <>
      <PageHead title={cluster.name} aside={<Orders cluster={cluster} />}>
        <span className="dim">{sizeText(cluster)}</span>
        {isPaused(cluster) && (
          <span>
            <Looks look={{ tone: 'idle', shape: 'bars', word: 'paused until' }} /> <Clock at={cluster.pausedUntil} />
          </span>
        )}
      </PageHead>
      <Section
        title="Counters"
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Graphs by"
            value={show}
            onChange={(chosen) =>
              void navigate({
                to: '.',
                search: (was) => ({ ...was, view: chosen === 'counters' ? undefined : chosen }),
                replace: true,
                resetScroll: false,
              })
            }
            data={[
              { value: 'counters', label: 'By counter' },
              { value: 'nodes', label: 'By node' },
              // Where nothing is measured in JVMs there is no such choice.
              ...(hasJvms || show === 'jvms' ? [{ value: 'jvms', label: 'By JVM' }] : []),
              ...((nodes.data?.length ?? 0) > linesMax || show === 'heat'
                ? [{ value: 'heat', label: 'Heat map' }]
                : []),
            ]}
          />
        }
      >
        <Loaded query={series} height={420}>
          {() =>
            show === 'nodes' ? (
              <NodeGraphs cluster={cluster} series={own} />
            ) : show === 'jvms' ? (
              <JvmGraphs cluster={cluster} series={own} />
            ) : show === 'heat' ? (
              <HeatMaps series={own} triggers={triggers.data ?? []} />
            ) : (
              <CounterGraphs
                cluster={cluster}
                series={own}
                triggers={triggers.data ?? []}
                marks={marks}
                focus={focus}
              />
            )
          }
        </Loaded>
      </Section>
      <Section title="Nodes">
        <Loaded query={nodes} height={300}>
          {(all) => <NodesTable cluster={cluster} nodes={all} series={own} hovered={setFocus} />}
        </Loaded>
      </Section>
    </>
  )
}

function Orders({ cluster }: { cluster: resources.Cluster }) {
  const { may, whyNot } = useMay('operator')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Button variant="default" disabled={!may} title={whyNot} onClick={() => setOpened(true)}>
        Run something here…
      </Button>
      <RunDialog opened={opened} close={() => setOpened(false)} cluster={cluster.name} />
      <PauseMenu
        paused={{ cluster: cluster.id }}
        until={isPaused(cluster) ? cluster.pausedUntil : null}
        what={`No trigger of ${cluster.name}`}
      />
      <Button component={Link} to={`/control/clusters/${cluster.name}`} variant="default">
        Edit
      </Button>
    </>
  )
}
