import type { LogLine } from '../../model/run.ts'
import type { SeriesId } from '../../model/sample.ts'
import type { Latest } from '../recent/recent.ts'
import type { Queue } from './queue.ts'

/** What is told to everybody who listens now, by topic. Ids only where the store has the rest. */
export interface Told {
  /** Nodes, counters, triggers, … were changed: read the configuration again. */
  'config.changed': { who: string }
  /** The red stop, or a pause, was set or lifted. */
  'stops.changed': Record<never, never>
  'run.changed': { runId: number }
  'step.changed': { runId: number; n: number }
  'log.appended': { runId: number; n: number; taskId: number; nodeId: number | null; lines: LogLine[] }
  'alert.changed': { alertId: number }
  /** A node's state or connection changed. */
  'node.changed': { nodeId: number }
  'samples.taken': { series: SeriesId; latest: Latest }[]
  'hits.changed': { triggerId: number; series: SeriesId | null; hits: number; hitsNeeded: number; at: number }[]
}

/** Work for one consumer, by topic. */
export interface Work {
  /** A run may go on: look in the store. */
  'run.wake': { runId: number }
}

/** Typed `tell`. */
export function tell<Topic extends keyof Told>(queue: Queue, topic: Topic, message: Told[Topic]): void {
  queue.tell(topic, message)
}

/** Typed `listen`; the answer stops listening. */
export function listen<Topic extends keyof Told>(
  queue: Queue,
  topic: Topic,
  hear: (message: Told[Topic]) => void,
): () => void {
  return queue.listen(topic, (message) => hear(message as Told[Topic]))
}
