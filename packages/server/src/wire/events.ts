import type { LogLine, Run, Step } from './runs.ts'
import type { Alert, Latest } from './watching.ts'

/** The live events' payloads, by event name. Samples come in one batch each 250 ms, of the named series only. */
export interface LiveEvents {
  sample: { series: string; latest: Latest; hits: number }[]
  hits: { trigger: number; series: string | null; hits: number; hitsNeeded: number; at: string }[]
  run: Run
  step: { run: number; step: Step }
  log: { run: number; step: number; node: number | null; lines: LogLine[] }
  node: { id: number; name: string; state: string; connection: string }
  alert: Alert
}

export type LiveTopic = keyof LiveEvents

/**
 * An event of its own, payload `{}`: the events since Last-Event-ID are not kept any more. Read again what is shown; live goes on
 * from here.
 */
export const missedEvent = 'missed'

export const liveTopics = [
  'sample',
  'hits',
  'run',
  'step',
  'log',
  'node',
  'alert',
] as const satisfies readonly LiveTopic[]
