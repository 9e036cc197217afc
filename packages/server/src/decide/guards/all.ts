import type { Guard, Refusal } from '../../model/verdict.ts'
import type { Situation } from '../situation.ts'
import { blastRadius } from './blast-radius.ts'
import { clockStep } from './clock-step.ts'
import { cooldown } from './cooldown.ts'
import type { GuardRule } from './guard.ts'
import { launchBackOff } from './launch-back-off.ts'
import { missingData } from './missing-data.ts'
import { paused } from './paused.ts'
import { redStop } from './red-stop.ts'
import { removalSafety } from './removal-safety.ts'
import { runUnderWay } from './run-under-way.ts'
import { sensor } from './sensor.ts'
import { size } from './size.ts'
import { state } from './state.ts'
import { warmUp } from './warm-up.ts'

/** All guards, in the order in which they are asked. */
export const guardRules: readonly GuardRule[] = [
  state,
  redStop,
  paused,
  runUnderWay,
  cooldown,
  size,
  warmUp,
  missingData,
  sensor,
  blastRadius,
  launchBackOff,
  removalSafety,
  clockStep,
]

/** The first guard's refusal; undefined: the run may begin. A person's run is asked fewer guards, a forced one fewer still. */
export function refusalOf(situation: Situation): Refusal | undefined {
  for (const rule of guardRules) {
    const refusal = isAsked(rule, situation) ? rule.refuse(situation) : undefined
    if (refusal) return refusal
  }
  return undefined
}

/**
 * What says nothing of a cluster that has too few nodes. Cooldown, warm-up, missing data and the sensor guard are about samples: whether
 * what is seen can be trusted, and whether the last change shows in it yet. But nodes are counted in the store, where they stand as the
 * cloud has them: with every sensor broken the count is as right as before, and a cluster that lost its nodes is the very one whose sensors
 * fail. Removal safety is about removals. What bounds the damage of a wrong count stays: max, blast radius, back-off, pause, red stop.
 */
const notOfKeeping: ReadonlySet<Guard> = new Set(['cooldown', 'warm-up', 'missing-data', 'sensor', 'removal-safety'])

function isAsked({ guard, holds }: GuardRule, { asker }: Situation): boolean {
  if (asker === 'keep') return !notOfKeeping.has(guard)
  return holds === 'all' || asker === 'fire' || (holds === 'unless-forced' && asker === 'person')
}
