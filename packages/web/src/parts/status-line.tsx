import { useQuery } from '@tanstack/react-query'
import type { Status } from '../../../server/src/wire/watching.ts'
import { status } from '../api.ts'
import type { Look } from '../reckon/state.ts'
import { Ago } from './now.tsx'
import { Looks } from './state.tsx'

/** How things stand in one line. */
export function StatusLine() {
  const { data } = useQuery(status)
  if (!data) return <span className="status-line" />
  return (
    <span className="status-line">
      <strong>
        <Looks look={standing(data)} />
      </strong>
      <span>
        {count(data.nodes, 'node')} in {count(data.clusters, 'cluster')}
      </span>
      <span>{count(data.series, 'series', 'series')}</span>
      <span>
        last sample <Ago at={data.lastSampleAt} never="not yet" />
      </span>
      <span>{data.runsActive === 0 ? 'no run under way' : `${count(data.runsActive, 'run')} under way`}</span>
    </span>
  )
}

function standing({ redStop, alertsOpen, trouble, runsActive, pausedUntil, now }: Status): Look {
  if (redStop) return { tone: 'failing', shape: 'cross', word: 'Stopped' }
  if (trouble.length > 0) return { tone: 'failing', shape: 'cross', word: 'tscaler is in trouble' }
  if (alertsOpen > 0) return { tone: 'failing', shape: 'triangle', word: count(alertsOpen, 'open alert') }
  if (pausedUntil !== null && Date.parse(pausedUntil) > now) return { tone: 'idle', shape: 'bars', word: 'Paused' }
  if (runsActive > 0) return { tone: 'work', shape: 'half', word: 'At work' }
  return { tone: 'fine', shape: 'disc', word: 'All quiet' }
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
