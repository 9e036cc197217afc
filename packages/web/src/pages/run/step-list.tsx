import { Button } from '@mantine/core'
import { useState } from 'react'
import type * as runs from '../../../../server/src/wire/runs.ts'
import { useNow } from '../../parts/now.tsx'
import { Mark, State } from '../../parts/state.tsx'
import { byUrgency, stepName, tasksText, tookText } from '../../reckon/run.ts'
import { lookOf } from '../../reckon/state.ts'

/** More tasks of one step fold to a count; those that failed are on top. */
const tasksShown = 6

interface StepListProps {
  run: runs.Run
  /** The step whose log is shown, and the node it is narrowed to. */
  chosen: number | null
  node: string | undefined
  choose: (step: number, node: string | undefined) => void
}

/** The steps of one run, in order; each says its state in words, and shows its log when it is chosen. */
export function StepList({ run, chosen, node, choose }: StepListProps) {
  return (
    <ol className="card steps">
      {run.steps.map((step) => (
        <li key={step.n} data-chosen={step.n === chosen || undefined}>
          <button
            type="button"
            className="step"
            aria-pressed={step.n === chosen && node === undefined}
            onClick={() => choose(step.n, undefined)}
          >
            <Mark look={lookOf('run', step.state)} spin={step.state === 'running'} />
            <span className="step-name">
              {step.n} <span className="name">{stepName(step)}</span>
            </span>
            <Took of={step} />
            <span className="step-state small">
              {lookOf('run', step.state).word}
              {step.tasks.length > 1 && <span className="dim"> · {tasksText(step.tasks)}</span>}
            </span>
          </button>
          <Tasks step={step} node={step.n === chosen ? node : undefined} choose={(name) => choose(step.n, name)} />
        </li>
      ))}
      {run.steps.length === 0 && <li className="dim card-pad">No steps: the run does nothing.</li>}
    </ol>
  )
}

function Took({ of }: { of: { startedAt: string | null; endedAt: string | null } }) {
  const now = useNow()
  return <span className="figure dim small nowrap">{tookText(of, now)}</span>
}

function Tasks({ step, node, choose }: { step: runs.Step; node: string | undefined; choose: (node: string) => void }) {
  const [all, setAll] = useState(false)
  const onNodes = byUrgency(step.tasks).filter((task) => task.node !== null)
  const [only] = step.tasks
  if (onNodes.length === 0)
    return only?.error ? (
      <p className="task-error small" data-tone="failing">
        {only.error}
      </p>
    ) : null
  const shown = all ? onNodes : onNodes.slice(0, tasksShown)
  return (
    <ul className="tasks">
      {shown.map((task) => (
        <li key={task.id}>
          <button
            type="button"
            className="task"
            aria-pressed={task.node?.name === node}
            onClick={() => choose(task.node?.name ?? '')}
          >
            <span className="name" title={task.node?.name}>
              {task.node?.name}
            </span>
            <State of="run" state={task.state} />
            {task.attempts > 1 && <span className="dim small nowrap">attempt {task.attempts}</span>}
            <Took of={task} />
          </button>
          {task.error !== null && (
            <p className="task-error small" data-tone={task.state === 'failed' ? 'failing' : 'held'}>
              {task.error}
            </p>
          )}
        </li>
      ))}
      {shown.length < onNodes.length && (
        <li>
          <Button ml={30} size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
            {onNodes.length - shown.length} more nodes
          </Button>
        </li>
      )}
    </ul>
  )
}
