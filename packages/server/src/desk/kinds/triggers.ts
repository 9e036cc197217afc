import { switchOnFindings } from '../../decide/switch-on.ts'
import type { Effect } from '../../model/action.ts'
import { endedRunStates, runStates } from '../../model/run.ts'
import type { Trigger } from '../../model/trigger.ts'
import { readTrigger, triggerAnswer, triggerBody } from '../../wire/convert/triggers.ts'
import * as wire from '../../wire/resources.ts'
import { kind, named } from './kind.ts'

const unended = runStates.filter((state) => !endedRunStates.includes(state))

export const triggers = kind<Trigger, typeof wire.TriggerBody>({
  name: 'triggers',
  path: 'triggers',
  noun: 'trigger',
  tableOf: (tables) => tables.triggers,
  body: wire.TriggerBody,
  answer: wire.Trigger,
  needs: ['clusters', 'counters', 'actions'],
  read: readTrigger,
  /** A trigger that is off may be unfinished. */
  check(values, view, { effects }) {
    if (values.state === 'off') return []
    const byAction = new Map([...view.actionTypes].map(([id, type]): [number, Effect] => [id, effects[type]]))
    const known = values.counters.filter(({ counterId }) => view.counters.has(counterId))
    // Dangling counters were found when the body was read.
    if (known.length < values.counters.length) return []
    const findings = switchOnFindings(values, view.counters, byAction)
    // On watch it starts nothing: it may be looked at before there is anything to start.
    return values.state === 'watch' ? findings.filter(({ path }) => path !== 'actions') : findings
  },
  bodyOf: triggerBody,
  answers: async (rows, show) => rows.map((row) => triggerAnswer(row, show)),
  keeps: ['state'],
  async usedBy({ id }, tables) {
    const runs = await tables.runs.list({ where: { triggerId: id, state: unended }, limit: 5 })
    return [
      ...named('schedule', await tables.schedules.list({ where: { triggerId: id } }), () => true),
      ...runs.map((run) => `run ${run.id}, which is under way`),
    ]
  },
  async removeRest({ id }, tables) {
    await tables.verdicts.removeWhere({ triggerId: id })
  },
})
