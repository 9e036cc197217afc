import type { Effect } from '../model/action.ts'
import type { Counter } from '../model/counter.ts'
import type { Finding } from '../model/problem.ts'
import type { Trigger } from '../model/trigger.ts'

/** Why a trigger may not be switched on, or to watch; all reasons at once, none where it may. `effects` by action id. */
export function switchOnFindings(
  trigger: Pick<Trigger, 'state' | 'counters' | 'aggregate' | 'actions'>,
  counters: ReadonlyMap<number, Pick<Counter, 'name' | 'threshold' | 'periodMs'>>,
  effects: ReadonlyMap<number, Effect>,
): Finding[] {
  const removes = trigger.actions.some(({ actionId }) => effects.get(actionId) === 'remove')
  const findings = trigger.counters.flatMap((_, index) => counterFindings(trigger, index, counters))
  if (trigger.counters.length === 0)
    findings.push({ path: 'counters', message: 'got none, expected at least one counter to judge.' })
  if (trigger.state === 'on' && trigger.actions.length === 0)
    findings.push({
      path: 'actions',
      message: 'got none, expected at least one action to run; without one, leave the trigger on watch.',
    })
  if (removes && trigger.aggregate === null) {
    const message =
      'got none, expected one by name as the trigger removes nodes: avg, max or another, or any where one idle node is enough.'
    findings.push({ path: 'aggregate', message })
  }
  return findings
}

function counterFindings(
  { counters: chosen }: Pick<Trigger, 'counters'>,
  index: number,
  counters: ReadonlyMap<number, Pick<Counter, 'name' | 'threshold' | 'periodMs'>>,
): Finding[] {
  const at = chosen[index]
  const counter = counters.get(at?.counterId ?? -1)
  if (!at || !counter)
    return [{ path: `counters[${index}]`, message: `got counter ${at?.counterId}, which there is not.` }]
  const findings: Finding[] = []
  if (!at.threshold && !counter.threshold) {
    const message = `counter "${counter.name}" has no threshold; give it one, or one here, such as "> 4".`
    findings.push({ path: `counters[${index}].threshold`, message })
  }
  return findings
}
