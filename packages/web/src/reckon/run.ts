import type * as runs from '../../../server/src/wire/runs.ts'
import { spanText } from './duration.ts'

/** What a run is of: its trigger, or its one action by hand. */
export function runName({ trigger, steps }: Pick<runs.Run, 'trigger' | 'steps'>): string {
  return trigger?.name ?? steps[0]?.action.name ?? 'run'
}

/** The step that a run is at: `step 3 of 7: base`. */
export function stepUnderWay({ steps }: Pick<runs.Run, 'steps'>): string {
  const step =
    steps.find(({ state }) => state === 'running' || state === 'waiting') ??
    steps.find(({ state }) => state === 'planned')
  return step === undefined ? 'about to end' : `step ${step.n} of ${steps.length}: ${step.action.name}`
}

/** How long something took, or has taken until `now`; empty where it has not begun. */
export function tookText(
  { startedAt, endedAt }: { startedAt: string | null; endedAt: string | null },
  now: number,
): string {
  if (startedAt === null) return ''
  return spanText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt))
}

/** How the tasks of a step stand: `5 succeeded, 1 failed`; empty where there are none. */
export function tasksText(tasks: readonly runs.Task[]): string {
  const counts = Map.groupBy(tasks, ({ state }) => state)
  return [...counts].map(([state, own]) => `${own.length} ${state}`).join(', ')
}

const urgency: readonly string[] = [
  'unknown',
  'failed',
  'running',
  'planned',
  'cancelled',
  'undone',
  'skipped',
  'succeeded',
]

/** Tasks with those first that need a look: unknown, failed, under way. */
export function byUrgency(tasks: readonly runs.Task[]): runs.Task[] {
  return tasks.toSorted((a, b) => urgency.indexOf(a.state) - urgency.indexOf(b.state) || a.id - b.id)
}

/** The first error of a run, and where it was. */
export function firstError({ steps }: Pick<runs.Run, 'steps'>): { step: runs.Step; task: runs.Task } | undefined {
  for (const step of steps) {
    const task = step.tasks.find(({ state, error }) => state === 'failed' && error !== null)
    if (task) return { step, task }
  }
  return undefined
}
