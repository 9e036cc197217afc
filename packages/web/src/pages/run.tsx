import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type * as runs from '../../../server/src/wire/runs.ts'
import { oneRun } from '../api.ts'
import { ClusterLink, TriggerLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Clock, useNow } from '../parts/now.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { State } from '../parts/state.tsx'
import { firstError, runName, tookText } from '../reckon/run.ts'
import { activeRunStates } from '../reckon/state.ts'
import { LogView } from './run/log-view.tsx'
import { RunOrders } from './run/orders.tsx'
import { StepList } from './run/step-list.tsx'
import { UnknownTasks } from './run/unknown-tasks.tsx'

/** One run: its steps with their states and times, and the log of the one that is looked at, live. */
export function Run() {
  const { id } = useParams({ strict: false })
  const run = useQuery(oneRun(Number(id)))
  return (
    <Loaded query={run} height={600}>
      {(found) => <RunPage key={found.id} run={found} />}
    </Loaded>
  )
}

function RunPage({ run }: { run: runs.Run }) {
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const chosen = run.steps.find(({ n }) => String(n) === search.step) ?? stepOfInterest(run)
  return (
    <>
      <PageHead title={`${runName(run)} #${run.id}`} aside={<RunOrders run={run} />}>
        <State of="run" state={run.state} />
        <span className="dim figure">
          <Took run={run} />
        </span>
      </PageHead>
      <Cause run={run} />
      <Failed run={run} />
      <UnknownTasks run={run} />
      <div className="run">
        <StepList
          run={run}
          chosen={chosen?.n ?? null}
          node={search.node}
          choose={(step, node) =>
            void navigate({
              to: '.',
              search: (was) => ({ ...was, step: String(step), node }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        {chosen && <LogView key={`${chosen.n} ${search.node ?? ''}`} run={run} step={chosen} node={search.node} />}
      </div>
    </>
  )
}

/** The first failed step, else the one under way, else the last that was begun. */
function stepOfInterest({ steps }: runs.Run): runs.Step | undefined {
  return (
    steps.find(({ state, onFailure }) => state === 'failed' && onFailure !== 'continue') ??
    steps.find(({ state }) => state === 'running' || state === 'waiting') ??
    steps.findLast(({ startedAt }) => startedAt !== null) ??
    steps[0]
  )
}

function Took({ run }: { run: runs.Run }) {
  const now = useNow()
  return <>{tookText(run, now)}</>
}

function Cause({ run: { cause, trigger, cluster, startedAt, createdAt, planHash } }: { run: runs.Run }) {
  return (
    <p className="run-cause">
      {trigger ? (
        <>
          <TriggerLink trigger={trigger} /> on <ClusterLink cluster={cluster} />,{' '}
        </>
      ) : (
        cluster && (
          <>
            on <ClusterLink cluster={cluster} />,{' '}
          </>
        )
      )}
      {cause.kind === 'person' ? `by ${cause.by ?? 'a person'}` : 'because'} {cause.text}
      {cause.reason && ` (${cause.reason})`}
      <span className="dim">
        {' '}
        · began <Clock at={startedAt ?? createdAt} /> · plan <code title={planHash}>{planHash.slice(0, 8)}</code>
      </span>
    </p>
  )
}

/** The error first: what failed, where, and why. */
function Failed({ run }: { run: runs.Run }) {
  const error = firstError(run)
  if (run.state !== 'failed')
    return run.note !== null ? (
      <p
        className="note"
        data-tone={
          activeRunStates.includes(run.state) || run.steps.some(({ state }) => state === 'failed') ? 'held' : 'idle'
        }
      >
        {run.note}
      </p>
    ) : null
  return (
    <div className="trouble run-error" role="alert">
      <strong>
        {error
          ? `Step ${error.step.n} (${error.step.action.name}) failed${error.task.node ? ` on ${error.task.node.name}` : ''}`
          : 'The run failed'}
      </strong>
      <p>{error?.task.error ?? run.note}</p>
      {error && run.note !== null && run.note !== error.task.error && <p className="small">{run.note}</p>}
    </div>
  )
}
