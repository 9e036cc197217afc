import { Button } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as resources from '../../../server/src/wire/resources.ts'
import { listOf, seriesOf } from '../api.ts'
import { Empty } from '../parts/empty.tsx'
import { ClusterLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Ago } from '../parts/now.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Looks } from '../parts/state.tsx'
import { type Column, DataTable } from '../parts/table.tsx'
import { type Glance, glances } from '../reckon/glance.ts'
import { isPaused } from '../reckon/size.ts'
import type { Look } from '../reckon/state.ts'

/** Series change slowly on this page: it shows counts, not values. */
const readEveryMs = 10_000

interface Row {
  cluster: resources.Cluster
  counters: Glance[] | undefined
}

export function Clusters() {
  const clusters = useQuery(listOf('clusters'))
  const triggers = useQuery(listOf('triggers'))
  const all = clusters.data ?? []
  const series = useQueries({
    queries: all.map(({ id }) => ({ ...seriesOf(`?cluster=${id}`), refetchInterval: readEveryMs })),
  })
  const rows = all.map((cluster, index) => {
    const own = (triggers.data ?? []).filter((trigger) => trigger.cluster.id === cluster.id)
    const data = series[index]?.data
    return { cluster, counters: data && glances(data, own) }
  })
  return (
    <>
      <PageHead
        title="Clusters"
        aside={
          <Button component={Link} to="/control/clusters/new" variant="default">
            New cluster
          </Button>
        }
      />
      <Loaded query={clusters} height={240}>
        {() => (
          <DataTable
            name="clusters"
            rows={rows}
            columns={columns}
            keyOf={({ cluster }) => cluster.name}
            textOf={({ cluster }) => cluster.name}
            sort="name"
            empty={<Empty>There are no clusters yet: a cluster is a group of nodes of one kind.</Empty>}
          />
        )}
      </Loaded>
    </>
  )
}

const columns: Column<Row>[] = [
  {
    key: 'state',
    head: 'State',
    cell: (row) => <Looks look={stateOf(row)} />,
    by: (row) => stateOf(row).word,
    width: '170px',
  },
  {
    key: 'name',
    head: 'Cluster',
    cell: ({ cluster }) => <ClusterLink cluster={cluster} />,
    by: ({ cluster }) => cluster.name,
  },
  {
    key: 'nodes',
    head: 'Nodes',
    isNumber: true,
    cell: ({ cluster }) => cluster.size,
    by: ({ cluster }) => cluster.size,
  },
  {
    key: 'size',
    head: 'Min–max',
    isNumber: true,
    cell: ({ cluster: { min, max } }) => (max === null ? `${min} or more` : `${min}–${max}`),
    by: ({ cluster }) => cluster.max,
  },
  {
    key: 'counters',
    head: 'Counters',
    isNumber: true,
    isMinor: true,
    cell: ({ counters }) => counters?.length ?? '…',
    by: ({ counters }) => counters?.length ?? 0,
  },
  {
    key: 'breach',
    head: 'In breach',
    cell: ({ counters }) => namesOf(counters?.filter(({ inBreach }) => inBreach > 0)),
    by: ({ counters }) => counters?.filter(({ inBreach }) => inBreach > 0).length ?? 0,
  },
  {
    key: 'last',
    head: 'Last sample',
    isNumber: true,
    cell: ({ counters }) => <Ago at={newest(counters)} never="never" />,
    by: ({ counters }) => newest(counters),
  },
]

function namesOf(counters: Glance[] | undefined) {
  if (!counters || counters.length === 0) return <span className="dim">none</span>
  const text = counters.map(({ counter, inBreach, nodes }) => `${counter.name} (${inBreach} of ${nodes})`).join(', ')
  return (
    <span className="cell-cut tone" data-tone="failing" title={text}>
      {text}
    </span>
  )
}

function newest(counters: Glance[] | undefined): number | null {
  const instants = (counters ?? []).flatMap(({ lastAt }) => (lastAt === null ? [] : [lastAt]))
  return instants.length === 0 ? null : Math.max(...instants)
}

/** The worst that can be said of a cluster. */
function stateOf({ cluster, counters = [] }: Row): Look {
  if (isPaused(cluster)) return { tone: 'idle', shape: 'bars', word: 'paused' }
  if (counters.some(({ inBreach }) => inBreach > 0)) return { tone: 'failing', shape: 'triangle', word: 'in breach' }
  if (counters.some(({ failing }) => failing > 0)) return { tone: 'failing', shape: 'cross', word: 'samples failing' }
  if (cluster.size === 0) return { tone: 'idle', shape: 'ring', word: 'empty' }
  if (cluster.size < cluster.min) return { tone: 'held', shape: 'triangle', word: 'below its min' }
  return { tone: 'fine', shape: 'disc', word: 'fine' }
}
