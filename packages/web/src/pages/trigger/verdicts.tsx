import type * as watching from '../../../../server/src/wire/watching.ts'
import { Empty } from '../../parts/empty.tsx'
import { RunLink } from '../../parts/links.tsx'
import { Clock } from '../../parts/now.tsx'
import { State } from '../../parts/state.tsx'

/** The newest decisions, each with its reason and its run. */
export function Verdicts({ state: { verdicts } }: { state: watching.TriggerState }) {
  if (verdicts.length === 0)
    return (
      <div className="card">
        <Empty>It has not decided anything yet: no counter has been in breach for its timing.</Empty>
      </div>
    )
  return (
    <ul className="card rows">
      {verdicts.map(({ id, outcome, guard, reason, at, lastAt, until, repeats, run }) => (
        <li key={id}>
          <State of="verdict" state={outcome} />
          <span className="row-text">
            {reason}
            <span className="dim">
              {guard !== null && ` · ${guard.replaceAll('-', ' ')}`}
              {until !== null && (
                <>
                  {' '}
                  · until <Clock at={until} />
                </>
              )}
              {repeats > 0 && (
                <>
                  {' '}
                  · {repeats + 1} times, last <Clock at={lastAt} />
                </>
              )}
            </span>
          </span>
          <span className="nowrap">
            {run !== null && <RunLink id={run} />} <Clock at={at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
