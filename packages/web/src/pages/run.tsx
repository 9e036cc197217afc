import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type * as runs from '../../../server/src/wire/runs.ts'
import { oneRun } from '../api.ts'
import { GoQuestion } from '../parts/go-question.tsx'
import { ClusterLink, TriggerLink } from '../parts/links.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Clock, useNow } from '../parts/now.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { State } from '../parts/state.tsx'
import { firstError, goAsked, runName, stepName, tookText } from '../reckon/run.ts'
import { activeRunStates } from '../reckon/state.ts'
import { Aftermath } from './run/aftermath.tsx'
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
  const node = chosen && nodeOfInterest(chosen, search.node)
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
      <Aftermath run={run} />
      <PauseQuestion run={run} />
      <UnknownTasks run={run} />
      <div className="run">
        <StepList
          run={run}
          chosen={chosen?.n ?? null}
          node={node}
          choose={(step, node) =>
            void navigate({
              to: '.',
              search: (was) => ({ ...was, step: String(step), node: node ?? allNodes }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        {chosen && <LogView key={`${chosen.n} ${node ?? ''}`} run={run} step={chosen} node={node} />}
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

/** In the address: the logs of all nodes together. No node can be called so. */
const allNodes = '*'

/** The node that was chosen; else, where several ran, the one that needs a look. */
function nodeOfInterest({ tasks }: runs.Step, chosen: string | undefined): string | undefined {
  if (chosen !== undefined) return chosen === allNodes ? undefined : chosen
  const needsLook = tasks.length > 1 ? tasks.find(({ state }) => state === 'failed' || state === 'unknown') : undefined
  return needsLook?.node?.name
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
      {cause.kind === 'fire' && 'because '}
      {cause.text}
      <span className="dim">
        {' '}
        · began <Clock at={startedAt ?? createdAt} /> · plan <code title={planHash}>{planHash.slice(0, 8)}</code>
      </span>
    </p>
  )
}

/** What a pause step asks, with the answers. */
function PauseQuestion({ run }: { run: runs.Run }) {
  const asked = goAsked(run)
  if (asked === undefined) return null
  return (
    <section className="question card card-pad">
      <h2>{asked.question}</h2>
      <GoQuestion run={run} step={asked.step} />
    </section>
  )
}

/** The error first: what failed, where, and why. */
function Failed({ run }: { run: runs.Run }) {
  const error = firstError(run)
  // The question itself stands below, with its answers.
  if (goAsked(run) !== undefined) return null
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
      <strong>{error ? failedWhere(error) : 'The run failed'}</strong>
      <p>{error?.task.error ?? run.note}</p>
      {error && run.note !== null && !run.note.includes(error.task.error ?? '') && <p className="small">{run.note}</p>}
    </div>
  )
}

/** `Step 1 (base) failed on shop01 and 5 more`. */
function failedWhere({ step, task }: NonNullable<ReturnType<typeof firstError>>): string {
  const others = step.tasks.filter(({ state }) => state === 'failed').length - 1
  const where = task.node === null ? '' : ` on ${task.node.name}${others > 0 ? ` and ${others} more` : ''}`
  return `Step ${step.n} (${stepName(step)}) failed${where}`
}
