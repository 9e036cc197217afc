import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { samplesOf } from '../../api.ts'
import { live } from '../../live.ts'
import { type Range, spanOf, stepFor } from '../../reckon/range.ts'
import { serverNow } from '../now.tsx'
import { type Columns, emptyColumns, type LiveSample, withTail } from './columns.ts'

/** The server answers for so many series at once. */
const seriesMax = 200
/** A picture is seldom wider; more points of one series could not be told apart. */
const columnsMax = 1_000
/** More series than that don't come live: they are read again after this. */
const pollMs = 15_000
/** Of many series fewer points each, so that an answer stays below some megabytes. */
const columnsOfMany = 500
const many = 50
/** Live samples are drawn at most so often. */
const drawMs = 1_000
/** A page that stays open reads again after so many periods, so that what came live does not pile up; the list holds twice as much. */
const tailPeriods = 500

/**
 * Samples of series over a range, going on live at its right edge. `columns` are new objects whenever there is something new. Nothing is
 * read before the graph has been seen.
 */
export function useSamples(
  ids: readonly string[],
  { range, periodMs, isSeen }: { range: Range; periodMs: number; isSeen: boolean },
) {
  const key = ids.join(',')
  const lengthMs = range.kind === 'live' ? range.lengthMs : range.to - range.from
  const stepMs = stepFor(lengthMs, periodMs, ids.length > many ? columnsOfMany : columnsMax)
  const query = useQuery({
    queryKey: ['samples', key, range, stepMs],
    queryFn: ({ signal }) => read(ids, range, stepMs, signal),
    enabled: ids.length > 0 && isSeen,
    placeholderData: keepPreviousData,
    // What is over does not change.
    staleTime: range.kind === 'fixed' && range.to < serverNow() ? Number.POSITIVE_INFINITY : 0,
    gcTime: 60_000,
    refetchInterval:
      range.kind === 'live' ? (comesLive(ids) ? Math.max(60_000, tailPeriods * periodMs) : pollMs) : false,
  })
  const tail = useTail(key, range.kind === 'live' && comesLive(ids))
  const columns = useMemo(
    () => new Map(ids.map((id) => [id, withTail(query.data?.get(id) ?? emptyColumns(), tail.of(id), periodMs)])),
    [ids, query.data, tail, periodMs],
  )
  return { columns, isLoading: query.isPending && ids.length > 0, error: query.data ? null : query.error }
}

function comesLive(ids: readonly string[]): boolean {
  return ids.length <= seriesMax
}

async function read(ids: readonly string[], range: Range, stepMs: number | undefined, signal: AbortSignal) {
  const { from, to } = spanOf(range, serverNow())
  const found = new Map<string, Columns>()
  for (let begin = 0; begin < ids.length; begin += seriesMax) {
    const some = ids.slice(begin, begin + seriesMax)
    const { series } = await samplesOf({ ids: some, from, to, stepMs })(signal)
    for (const { id, ...columns } of series) found.set(id, columns)
  }
  return found
}

/** What came live since the page was opened, of each series. A new object at each drawing. */
function useTail(key: string, isLive: boolean) {
  const samples = useRef(new Map<string, LiveSample[]>())
  const [tail, setTail] = useState(() => ({ of: (id: string): readonly LiveSample[] => samples.current.get(id) ?? [] }))
  // The list is a new one at each drawing; its text is not.
  const named = useMemo(() => (key === '' ? [] : key.split(',')), [key])
  useEffect(() => {
    if (!isLive || named.length === 0) return
    const own = new Set(named)
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = live.want({ series: named })
    const off = live.on('sample', (batch) => {
      for (const { series, latest } of batch) {
        if (!own.has(series)) continue
        const list = samples.current.get(series) ?? []
        samples.current.set(series, list)
        list.push({ ...latest, at: Date.parse(latest.at) })
        if (list.length > 2 * tailPeriods) list.shift()
      }
      timer ??= setTimeout(() => {
        timer = undefined
        setTail({ of: (id) => samples.current.get(id) ?? [] })
      }, drawMs)
    })
    return () => {
      clearTimeout(timer)
      off()
      stop()
      samples.current.clear()
    }
  }, [named, isLive])
  return tail
}
