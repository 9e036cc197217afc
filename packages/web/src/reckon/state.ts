/** What a colour may mean, and nothing else: fine, held back or waiting for a person, failing, tscaler at work, paused or stale. */
export type Tone = 'fine' | 'held' | 'failing' | 'work' | 'idle'

/** The shape that stands beside each word, so that no state is told by its colour alone. */
export type Shape = 'disc' | 'half' | 'triangle' | 'cross' | 'check' | 'bars' | 'ring' | 'question' | 'hollow' | 'undo'

export interface Look {
  tone: Tone
  shape: Shape
  word: string
}

const fine = (word: string, shape: Shape = 'disc'): Look => ({ tone: 'fine', shape, word })
const held = (word: string, shape: Shape = 'triangle'): Look => ({ tone: 'held', shape, word })
const failing = (word: string, shape: Shape = 'cross'): Look => ({ tone: 'failing', shape, word })
const work = (word: string, shape: Shape = 'half'): Look => ({ tone: 'work', shape, word })
const idle = (word: string, shape: Shape = 'ring'): Look => ({ tone: 'idle', shape, word })

/** Runs, steps and tasks share their words. */
const runLooks: Record<string, Look> = {
  planned: idle('planned'),
  'awaiting-approval': held('awaiting approval'),
  running: work('running'),
  waiting: held('waiting'),
  compensating: work('undoing'),
  succeeded: fine('succeeded', 'check'),
  failed: failing('failed'),
  cancelled: idle('cancelled', 'cross'),
  skipped: idle('skipped'),
  undone: idle('undone', 'undo'),
  unknown: held('unknown', 'question'),
}

const nodeLooks: Record<string, Look> = {
  planned: work('planned', 'ring'),
  launching: work('launching'),
  configuring: work('configuring'),
  'in-service': fine('in service'),
  draining: work('draining'),
  'out-of-service': idle('out of service', 'bars'),
}

const connectionLooks: Record<string, Look> = {
  idle: idle('not connected yet'),
  connecting: work('connecting'),
  open: fine('connected'),
  'backing-off': failing('unreachable'),
  stopped: failing('stopped'),
}

const triggerLooks: Record<string, Look> = {
  on: fine('on'),
  watch: idle('watching', 'hollow'),
  off: idle('off', 'ring'),
}

const alertLooks: Record<string, Look> = {
  open: failing('open', 'triangle'),
  acknowledged: held('acknowledged', 'triangle'),
  resolved: fine('resolved', 'check'),
}

const verdictLooks: Record<string, Look> = {
  fired: work('fired', 'triangle'),
  watched: idle('would have fired', 'hollow'),
  refused: held('held back'),
  stale: idle('stale', 'ring'),
  reset: idle('reset', 'ring'),
}

/** What a machine in a cloud is to tscaler. */
const instanceLooks: Record<string, Look> = {
  orphan: held('orphan'),
  'not-ended': held('not ended'),
  launching: work('on its way'),
  node: fine('a node’s'),
}

const looks = {
  instance: instanceLooks,
  run: runLooks,
  node: nodeLooks,
  connection: connectionLooks,
  trigger: triggerLooks,
  alert: alertLooks,
  verdict: verdictLooks,
}

/** How a state is shown; one that is not known yet keeps its own word. */
export function lookOf(of: keyof typeof looks, state: string): Look {
  return looks[of][state] ?? idle(state.replaceAll('-', ' '))
}

/** Runs that have not ended. */
export const activeRunStates: readonly string[] = ['planned', 'awaiting-approval', 'running', 'waiting', 'compensating']
