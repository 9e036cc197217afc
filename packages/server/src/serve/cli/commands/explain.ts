import type { Command } from 'commander'
import type { TriggerState } from '../../../wire/watching.ts'
import { apiPath } from '../client.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { count, sentence, short } from '../text.ts'
import { absolute, relative } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'
import { latestText } from './series.ts'

/** `tscaler explain`: why a trigger fires or does not. */
export function explainCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'explain <trigger>',
    'Say how near a trigger is to firing, what holds it back, and what was decided last.',
  )
  withCommon(command).action((trigger: string, options: Common) =>
    attend(call, options, async ({ client, out, io }) => {
      const state = await client.ask<TriggerState>({ path: apiPath('/triggers/{}/state', trigger) })
      out.answer(state, () => showState(out, state, io.clock.now()))
      return exitCodes.done
    }),
  )
}

const verdictsShown = 10 // with the series above, a screen

function showState(out: Out, state: TriggerState, now: number): void {
  out.line(headline(state, now), state.heldBackBy ? 'warn' : 'strong')
  out.line(nearestText(state, now))
  // The nearest to firing first.
  const series = state.series.toSorted((a, b) => shareOf(b) - shareOf(a))
  const rows = series.map(({ node, counter, latest, threshold, hits, hitsNeeded, breachSince }) => [
    node?.name ?? 'whole cluster',
    counter.name,
    latestText(latest),
    threshold,
    `${hits} of ${hitsNeeded}`,
    breachSince === null ? '' : relative(breachSince, now),
  ])
  out.table(['NODE', 'COUNTER', 'NEWEST', 'THRESHOLD', 'HITS', 'IN BREACH SINCE'], rows)
  showVerdicts(out, state, now)
}

function headline({ trigger, heldBackBy }: TriggerState, now: number): string {
  if (heldBackBy === null) return `Nothing holds trigger ${trigger.name} back.`
  const until = heldBackBy.until === null ? '' : ` until ${absolute(heldBackBy.until, now)}`
  return `Trigger ${trigger.name} is held back by ${heldBackBy.guard}${until}: ${sentence(heldBackBy.reason)}`
}

function nearestText({ series }: TriggerState, now: number): string {
  const breaching = series.filter(({ hits }) => hits > 0)
  const top = breaching.reduce<TriggerState['series'][number] | undefined>(
    (best, one) => (best && shareOf(best) >= shareOf(one) ? best : one),
    undefined,
  )
  if (top === undefined) return `None of its ${series.length} series is in breach.`
  const since = top.breachSince === null ? '' : `, in breach since ${relative(top.breachSince, now)}`
  return `${count(breaching.length, 'series', 'series')} in breach; nearest: ${top.counter.name} on ${top.node?.name ?? 'the cluster'}, ${top.hits} of ${top.hitsNeeded} hits${since}.`
}

function shareOf({ hits, hitsNeeded }: { hits: number; hitsNeeded: number }): number {
  return hits / Math.max(1, hitsNeeded)
}

function showVerdicts(out: Out, { verdicts }: TriggerState, now: number): void {
  if (verdicts.length === 0) {
    out.line('Nothing has been decided yet.')
    return
  }
  out.line()
  const rows = verdicts
    .slice(0, verdictsShown)
    .map(({ lastAt, outcome, guard, run, repeats, reason }) => [
      relative(lastAt, now),
      outcome,
      guard ?? '',
      run === null ? '' : `run ${run}`,
      repeats > 1 ? `×${repeats}` : '',
      short(reason, 100),
    ])
  out.table(['WHEN', 'DECIDED', 'GUARD', 'RUN', 'TIMES', 'WHY'], rows)
}
