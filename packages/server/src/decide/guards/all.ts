import type { Refusal } from '../../model/verdict.ts'
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

function isAsked({ holds }: GuardRule, { asker }: Situation): boolean {
  return holds === 'all' || asker === 'fire' || (holds === 'unless-forced' && asker === 'person')
}
