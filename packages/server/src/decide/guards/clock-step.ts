import { formatDuration } from '../../model/duration.ts'
import { type GuardRule, heldBack } from './guard.ts'

/** NTP slews smaller errors; a bigger one is a step, after which instants before and after can't be compared. */
export const clockStepMsMax = 2_000

/** After the wall clock stepped nothing fires for one period, until samples have come by the new time. */
export const clockStep: GuardRule = {
  guard: 'clock-step',
  holds: 'fires',
  refuse(situation) {
    const { now, clockStep: step, periodMs } = situation
    if (!step || Math.abs(step.byMs) <= clockStepMsMax || now >= step.at + periodMs) return undefined
    const because = `it went ${step.byMs > 0 ? 'forward' : 'back'} by ${formatDuration(Math.abs(step.byMs))}`
    return heldBack(situation, 'clock-step', step.at + periodMs, because)
  },
}
