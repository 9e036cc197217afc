import { pause, systemClock } from '../../src/model/clock.ts'
import type { Run } from '../../src/wire/runs.ts'
import type { Tscaler } from '../../test/whole/tscaler.ts'

/** Starts the trigger or action by hand and gives the run once it has ended; rejects where it ends badly. */
export async function runToEnd(tscaler: Tscaler, path: string, body: object = {}): Promise<Run> {
  const { id } = await tscaler.api<Run>('POST', `/api/v1/${path}/execute`, body)
  for (;;) {
    const run = await tscaler.api<Run>('GET', `/api/v1/runs/${id}`)
    if (run.state === 'succeeded') return run
    if (run.state === 'failed' || run.state === 'cancelled') throw new Error(`run ${id} ${run.state}: ${run.note}`)
    await pause(systemClock, lookEveryMs)
  }
}

/** The run's times are the server's own, so that looking seldom costs nothing but time. */
const lookEveryMs = 100

/** From one instant of a run to another, in ms. */
export function lengthMs(from: string | null, to: string | null): number {
  return Date.parse(to ?? '') - Date.parse(from ?? '')
}
