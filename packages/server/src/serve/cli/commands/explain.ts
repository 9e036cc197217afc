import type { Command } from 'commander'
import type { ExplainedEvent, ExplainedSeries, Explanation } from '../../../wire/explain.ts'
import type { TriggerState } from '../../../wire/watching.ts'
import { apiPath, type Client } from '../client.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { pastTime } from '../past-time.ts'
import { count, sentence, short } from '../text.ts'
import { absolute, relative } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'
import { latestText } from './series.ts'

/** `tscaler explain`: why a trigger fires or does not, now or then. */
export function explainCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'explain <trigger>',
    'Say how near a trigger is to firing, what holds it back, and what was decided last.',
  ).option('--at <time>', 'why it fired or did not at that time, or so long ago')
  withCommon(command).action((trigger: string, options: Common & { at?: string }) =>
    attend(call, options, async ({ client, out, io }) => {
      const now = io.clock.now()
      if (options.at !== undefined) {
        const at = pastTime('--at', options.at, now)
        const path = apiPath('/triggers/{}/explain', trigger)
        const explanation = await client.ask<Explanation>({ path, query: { at } })
        out.answer(explanation, () => showMoment(out, explanation, now))
      } else await showNow(client, out, trigger, now)
      return exitCodes.done
    }),
  )
}

async function showNow(client: Client, out: Out, trigger: string, now: number): Promise<void> {
  const state = await client.ask<TriggerState>({ path: apiPath('/triggers/{}/state', trigger) })
  out.answer(state, () => {
    out.line(headline(state, now), state.heldBackBy ? 'warn' : 'strong')
    out.line(nearestText(state, now))
    showSeries(out, state.series, now)
    showVerdicts(out, state, now)
  })
}

const verdictsShown = 10 // with the series above, a screen
const eventsShown = 40

function showMoment(out: Out, { trigger, at, answer, series, timeline, notes }: Explanation, now: number): void {
  out.line(`Trigger ${trigger.name} at ${absolute(at, now)}:`, 'faint')
  out.line(sentence(answer), 'strong')
  for (const note of notes) out.line(note, 'faint')
  showSeries(out, series, Date.parse(at))
  if (timeline.length === 0) return
  out.line()
  const around = nearest(timeline, Date.parse(at))
  if (around.length < timeline.length) out.line(`The ${around.length} nearest of ${timeline.length}:`, 'faint')
  const rows = around.map(({ at: from, to, kind, text, run }) => [
    clock(from),
    to === null ? '' : clock(to),
    kind,
    run === null ? '' : `run ${run}`,
    short(text, 100),
  ])
  out.table(['FROM', 'TO', 'WHAT', 'RUN', 'WHY'], rows)
}

/** The events nearest to the moment, in their order. */
function nearest(timeline: readonly ExplainedEvent[], at: number): ExplainedEvent[] {
  const kept = timeline.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at)).slice(0, eventsShown)
  return kept.sort((a, b) => a.at - b.at)
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** The nearest to firing first. */
function showSeries(out: Out, series: readonly Omit<ExplainedSeries, 'ageMs'>[], now: number): void {
  const rows = series
    .toSorted((a, b) => shareOf(b) - shareOf(a))
    .map((one) => [
      placeText(one) ?? 'whole cluster',
      one.counter.name,
      latestText(one.latest),
      one.threshold,
      `${one.hits} of ${one.hitsNeeded}`,
      one.breachSince === null ? '' : relative(one.breachSince, now),
    ])
  out.table(['NODE', 'COUNTER', 'NEWEST', 'THRESHOLD', 'HITS', 'IN BREACH SINCE'], rows)
}

/** `shop01`, or `shop01 tomcat` of a JVM; undefined for the whole cluster. */
function placeText({ node, jvm }: Pick<ExplainedSeries, 'node' | 'jvm'>): string | undefined {
  return node === null ? undefined : jvm === null ? node.name : `${node.name} ${jvm.name}`
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
  const where = placeText(top) ?? 'the cluster'
  return `${count(breaching.length, 'series', 'series')} in breach; nearest: ${top.counter.name} on ${where}, ${top.hits} of ${top.hitsNeeded} hits${since}.`
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
