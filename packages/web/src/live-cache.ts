import type { QueryClient } from '@tanstack/react-query'
import type { LiveEvents } from '../../server/src/wire/events.ts'
import type * as resources from '../../server/src/wire/resources.ts'
import type * as runs from '../../server/src/wire/runs.ts'
import type * as watching from '../../server/src/wire/watching.ts'
import { NoAnswerError, type Page } from './api.ts'
import { live } from './live.ts'

/** Lists are read again at most once in this time, however many events say that they are old. */
const listEveryMs = 1_000

/** Lays live events over what the pages have read, so that every page moves without asking again. */
export function connectLive(client: QueryClient): void {
  const refresh = refresher(client)
  live.on('run', (run) => takeRun(client, run, refresh))
  live.on('step', (event) => takeStep(client, event))
  live.on(
    'sample',
    gather((samples) => takeSamples(client, samples)),
  )
  live.on('hits', (hits) => takeHits(client, hits))
  live.on('node', (node) => {
    takeNode(client, node)
    refresh('nodes')
  })
  live.on('alert', () => {
    refresh('alerts')
    refresh('status')
  })
  live.on('missed', () => void client.invalidateQueries())
  hearFetches(client)
}

/** The status is asked for all the time: whether it is answered says whether the server is there. */
function hearFetches(client: QueryClient): void {
  client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'updated' || query.queryKey[0] !== 'status') return
    if (query.state.fetchFailureReason instanceof NoAnswerError) live.say('away', query.state.dataUpdatedAt)
    else if (query.state.fetchStatus === 'idle' && query.state.status === 'success') live.heardAnswer()
  })
}

function refresher(client: QueryClient): (kind: string) => void {
  const waiting = new Set<string>()
  return (kind) => {
    if (waiting.has(kind)) return
    waiting.add(kind)
    setTimeout(() => {
      waiting.delete(kind)
      void client.invalidateQueries({ queryKey: kind.split(' ') })
    }, listEveryMs)
  }
}

/** Samples come four times a second; tables need not be drawn so often. */
function gather(take: (samples: LiveEvents['sample']) => void): (samples: LiveEvents['sample']) => void {
  let waiting: LiveEvents['sample'] = []
  return (samples) => {
    if (waiting.length === 0)
      setTimeout(() => {
        take(waiting)
        waiting = []
      }, listEveryMs)
    waiting.push(...samples)
  }
}

function takeRun(client: QueryClient, run: runs.Run, refresh: (kind: string) => void): void {
  client.setQueryData(['runs', 'one', run.id], run)
  let known = false
  client.setQueriesData<Page<runs.Run>>({ queryKey: ['runs', 'list'] }, (page) => {
    if (!page?.items.some(({ id }) => id === run.id)) return page
    known = true
    return { ...page, items: page.items.map((one) => (one.id === run.id ? run : one)) }
  })
  refresh('runs pages')
  // Where it ends or begins, it may belong into a list or out of it.
  if (!known || run.endedAt !== null) refresh('runs list')
  if (run.endedAt !== null) refresh('triggers')
  // The server looks at its clouds after each run that changed nodes.
  if (run.endedAt !== null) refresh('instances')
  refresh('status')
}

function takeStep(client: QueryClient, { run, step }: LiveEvents['step']): void {
  client.setQueryData<runs.Run>(
    ['runs', 'one', run],
    (known) => known && { ...known, steps: known.steps.map((one) => (one.n === step.n ? step : one)) },
  )
}

function takeSamples(client: QueryClient, samples: LiveEvents['sample']): void {
  const newest = new Map(samples.map((one) => [one.series, one]))
  client.setQueriesData<watching.Series[]>({ queryKey: ['series'] }, (known) => {
    if (!known?.some(({ id }) => newest.has(id))) return known
    return known.map((one) => {
      const sample = newest.get(one.id)
      return sample ? { ...one, latest: sample.latest, hits: sample.hits } : one
    })
  })
}

function takeHits(client: QueryClient, hits: LiveEvents['hits']): void {
  const bySeries = Map.groupBy(hits, ({ trigger }) => trigger)
  client.setQueriesData<watching.TriggerState>({ queryKey: ['triggers', 'state'] }, (state) => {
    const own = state && bySeries.get(state.trigger.id)
    if (!own) return state
    const series = state.series.map((one) => {
      const change = own.find((hit) => hit.series === one.id)
      if (!change) return one
      const breachSince = change.hits === 0 ? null : (one.breachSince ?? change.at)
      return { ...one, hits: change.hits, hitsNeeded: change.hitsNeeded, breachSince }
    })
    return { ...state, series }
  })
}

function takeNode(client: QueryClient, node: LiveEvents['node']): void {
  const lay = (known: resources.Node): resources.Node =>
    known.id === node.id
      ? {
          ...known,
          state: node.state as resources.Node['state'],
          connection: { ...known.connection, state: node.connection as resources.Node['connection']['state'] },
        }
      : known
  client.setQueriesData<resources.Node[]>({ queryKey: ['nodes', 'list'] }, (nodes) => nodes?.map(lay))
  client.setQueriesData<resources.Node>({ queryKey: ['nodes', 'one'] }, (known) => known && lay(known))
}
