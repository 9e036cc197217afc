import { useQuery } from '@tanstack/react-query'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { listOf } from '../../api.ts'
import { Empty } from '../../parts/empty.tsx'
import { HitsBar } from '../../parts/hits-bar.tsx'
import { LatestValue } from '../../parts/latest.tsx'
import { SeriesLink } from '../../parts/links.tsx'
import { Ago, Clock } from '../../parts/now.tsx'
import { type Column, DataTable } from '../../parts/table.tsx'
import { seriesName } from '../../reckon/series-name.ts'
import { thresholdText } from '../../reckon/threshold.ts'

type Judged = watching.TriggerState['series'][number]

/** Every series that the trigger judges: its value, its hits, since when, and what it waits for. */
export function HitsTable({ state }: { state: watching.TriggerState }) {
  const { data: all } = useQuery(listOf('counters'))
  const unitOf = ({ counter }: Judged) => all?.find(({ id }) => id === counter.id)?.unit ?? ''
  const held = state.heldBackBy?.guard.replaceAll('-', ' ')
  const columns: Column<Judged>[] = [
    {
      key: 'node',
      head: state.series.some(({ jvm }) => jvm !== null) ? 'Node · JVM' : 'Node',
      cell: ({ node, jvm }) => <SeriesLink node={node} jvm={jvm} />,
      by: (one) => nameOf(one) || null,
    },
    {
      key: 'counter',
      head: 'Counter',
      cell: ({ counter }) => (
        <span className="cell-cut" title={counter.name}>
          {counter.name}
        </span>
      ),
      by: ({ counter }) => counter.name,
    },
    {
      key: 'value',
      head: 'Value',
      isNumber: true,
      cell: (one) => <LatestValue latest={one.latest} unit={unitOf(one)} threshold={one.threshold} />,
      by: ({ latest }) => (latest && 'value' in latest ? latest.value : null),
    },
    {
      key: 'threshold',
      head: 'Threshold',
      isNumber: true,
      isMinor: true,
      cell: (one) => (one.threshold === '' ? 'none' : thresholdText(one.threshold, unitOf(one))),
      by: ({ threshold }) => threshold,
    },
    {
      key: 'hits',
      head: 'Hits',
      cell: ({ hits, hitsNeeded }) => <HitsBar hits={hits} needed={hitsNeeded} />,
      by: ({ hits, hitsNeeded }) => hits / hitsNeeded,
    },
    {
      key: 'since',
      head: 'In breach since',
      isMinor: true,
      cell: ({ breachSince }) => <Clock at={breachSince} />,
      by: ({ breachSince }) => breachSince,
    },
    {
      key: 'age',
      head: 'Sample',
      isNumber: true,
      isMinor: true,
      cell: ({ latest }) => <Ago at={latest?.at} never="never" />,
    },
    { key: 'waits', head: 'Waits for', isMinor: true, cell: (one) => waitsFor(one, held) },
  ]
  return (
    <DataTable
      name="hits"
      rows={state.series}
      columns={columns}
      keyOf={({ id, counter, node, jvm }) => id ?? `${counter.id} ${node?.id} ${jvm?.id}`}
      textOf={(one) => `${nameOf(one)} ${one.counter.name}`}
      sort="-hits"
      empty={
        <div className="card">
          <Empty>Nothing is judged: the trigger is off, or its cluster has no nodes.</Empty>
        </div>
      }
    />
  )
}

function nameOf({ node, jvm }: Judged): string {
  return node === null ? '' : seriesName({ node, jvm })
}

function waitsFor({ hits, hitsNeeded, latest }: Judged, held: string | undefined): string {
  if (latest === null) return 'a first sample'
  if (hits === 0) return 'a breach'
  const missing = hitsNeeded - hits
  const waits = [...(missing > 0 ? [`${missing} more ${missing === 1 ? 'hit' : 'hits'}`] : []), ...(held ? [held] : [])]
  return waits.join(', ') || 'nothing'
}
