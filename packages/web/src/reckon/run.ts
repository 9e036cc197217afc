import type * as runs from '../../../server/src/wire/runs.ts'
import { spanText } from './duration.ts'

/** What a run is of: its trigger, or its one action by hand. */
export function runName({ trigger, steps }: Pick<runs.Run, 'trigger' | 'steps'>): string {
  return trigger?.name ?? steps[0]?.action.name ?? 'run'
}

/** What a step is called: the check that tscaler adds to a deployment bears the deployment's name. */
export function stepName({ type, action }: Pick<runs.Step, 'type' | 'action'>): string {
  return type === 'nodeReady' ? `${action.name}: ready check` : action.name
}

/** The pause step that waits for a person's go, with what it asks; undefined: none does. Runs of lists do too. */
export function goAsked(
  run: Pick<runs.Run, 'state' | 'note' | 'steps'>,
): { step: runs.Step; question: string } | undefined {
  const step =
    run.state === 'waiting' ? run.steps.find(({ state, type }) => state === 'waiting' && type === 'pause') : undefined
  return (
    step && {
      step,
      question: (run.note ?? '').replace(/^waits for a person's go: /, '') || `Go on after ${step.action.name}?`,
    }
  )
}

/** What became of the steps of a run that failed or was cancelled: what was taken back, what could not be, and what stays as it was done. */
export interface Aftermath {
  undone: { step: runs.Step; nodes: string[] }[]
  notUndone: string[]
  left: runs.Step[]
}

/** Undefined while the run goes on, and where it succeeded. */
export function aftermathOf({ state, note, steps }: Pick<runs.Run, 'state' | 'note' | 'steps'>): Aftermath | undefined {
  if (state !== 'failed' && state !== 'cancelled') return undefined
  const undone = steps.flatMap((step) => {
    const tasks = step.tasks.filter((task) => task.state === 'undone')
    if (tasks.length === 0 && step.state !== 'undone') return []
    return [{ step, nodes: tasks.flatMap(({ node }) => (node ? [node.name] : [])) }]
  })
  const troubles = (note ?? '').matchAll(notTakenBack)
  return {
    undone,
    notUndone: [...troubles].map(([text]) => text),
    left: steps.filter((step) => step.state === 'succeeded' && !leavesNothing.has(step.type)),
  }
}

/** As the engine writes them into the note, one after another; names have no brackets. */
const notTakenBack =
  /step \d+ \([^)]*\) could not be taken back: .+?(?=; step \d+ \([^)]*\) could not be taken back: |$)/gs

/** Steps that change nothing on machines: there is nothing of them that could be left. */
const leavesNothing: ReadonlySet<string> = new Set(['email', 'pause', 'waitUntil', 'nodeReady'])

/** The step that a run is at: `step 3 of 7: base`. */
export function stepUnderWay({ steps }: Pick<runs.Run, 'steps'>): string {
  const step =
    steps.find(({ state }) => state === 'running' || state === 'waiting') ??
    steps.find(({ state }) => state === 'planned')
  return step === undefined ? 'about to end' : `step ${step.n} of ${steps.length}: ${stepName(step)}`
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
  'waiting',
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
