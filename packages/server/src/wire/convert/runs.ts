import type { LogLine, Run, Step, Task } from '../../model/run.ts'
import type * as wire from '../runs.ts'
import type { Ref } from '../schema.ts'
import { instant, instantOrNull } from './show.ts'

/** A run with its steps, in their order; the tasks belong to whichever of the steps they name. */
export function runAnswer(run: Run, steps: readonly Step[], tasks: readonly Task[]): wire.Run {
  const byStep = Map.groupBy(tasks, ({ stepId }) => stepId)
  return {
    id: run.id,
    trigger: past(run.triggerId, run.triggerName),
    cluster: past(run.clusterId, run.clusterName),
    state: run.state,
    cause: causeAnswer(run),
    planHash: run.planHash,
    note: run.note,
    createdAt: instant(run.createdAt),
    startedAt: instantOrNull(run.startedAt),
    endedAt: instantOrNull(run.endedAt),
    steps: steps.map((step) => stepAnswer(step, byStep.get(step.id) ?? [])),
  }
}

function causeAnswer({ cause }: Run): wire.Run['cause'] {
  const { kind, text, by, reason } = cause
  return { kind, text, ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) }
}

/** A step with its tasks. Of the action only what names it: its fields and secrets stay in the store. */
export function stepAnswer(step: Step, tasks: readonly Task[]): wire.Step {
  return {
    n: step.n,
    action: { id: step.action.id, name: step.action.name },
    type: step.type,
    target: step.target,
    onFailure: step.onFailure,
    state: step.state,
    startedAt: instantOrNull(step.startedAt),
    endedAt: instantOrNull(step.endedAt),
    tasks: tasks.map(taskAnswer),
  }
}

function taskAnswer(task: Task): wire.Task {
  return {
    id: task.id,
    node: past(task.nodeId, task.nodeName),
    state: task.state,
    attempts: task.attempts,
    startedAt: instantOrNull(task.startedAt),
    endedAt: instantOrNull(task.endedAt),
    error: task.error,
  }
}

export function logLineAnswer({ id, at, stream, text }: LogLine): wire.LogLine {
  return { id, at: instant(at), stream, text }
}

/** What a run remembers may be gone, but keeps the name it had. */
function past(id: number | null, name: string | null): Ref | null {
  return id === null ? null : { id, name: name ?? `${id}` }
}
