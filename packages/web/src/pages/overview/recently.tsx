import { Skeleton } from '@mantine/core'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { Empty } from '../../parts/empty.tsx'
import { RunLink } from '../../parts/links.tsx'
import { Ago } from '../../parts/now.tsx'
import { State } from '../../parts/state.tsx'
import { runName, tookText } from '../../reckon/run.ts'

const shownMax = 8

/** The newest runs that have ended: how, when, and why they began. */
export function Recently({ runs: all }: { runs: runs.Run[] | undefined }) {
  if (all === undefined) return <Skeleton className="late" height={160} />
  const ended = all.filter(({ endedAt }) => endedAt !== null).slice(0, shownMax)
  if (ended.length === 0)
    return (
      <div className="card">
        <Empty>No run has ended yet. Runs begin when a trigger fires, or by hand.</Empty>
      </div>
    )
  return (
    <ul className="card rows">
      {ended.map((run) => (
        <li key={run.id}>
          <State of="run" state={run.state} />
          <span className="row-text">
            <RunLink id={run.id} name={runName(run)} />{' '}
            <span className="dim">
              <Ago at={run.endedAt} /> · took {tookText(run, 0)}
            </span>
            <div className="small cell-cut" title={run.cause.text}>
              {run.note ?? run.cause.text}
            </div>
          </span>
        </li>
      ))}
    </ul>
  )
}
