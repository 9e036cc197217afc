import type { Counter } from '../../model/counter.ts'
import { messageOf } from '../../model/problem.ts'
import type { Sample } from '../../model/sample.ts'
import type { Source } from '../source.ts'
import type { RoundsParts, Watched } from './round.ts'

/** A round ends at this share of its shortest period, so that it is over before the next begins; design, "Observe". */
const deadlineShare = 0.8

/** What one round is about. */
export interface RoundOf extends Watched {
  shortestMs: number
}

/** One sample per counter, in their order; sources are asked side by side. Never rejects. */
export async function collectRound(
  { clock, reach, sources }: Pick<RoundsParts, 'clock' | 'reach' | 'sources'>,
  { nodeId, counters, readyMadeOnly, shortestMs }: RoundOf,
): Promise<(Sample | undefined)[]> {
  const machine = reach.find(nodeId)
  if (machine === undefined) return allFail(counters, clock.now(), 'the node has no SSH profile. Give it one.')
  const context = { machine, readyMadeOnly, deadlineMs: shortestMs * deadlineShare, now: () => clock.now() }
  const first = counters[0]
  if (first !== undefined && counters.every((counter) => counter.source === first.source)) {
    return ask(sources[first.source], counters, context)
  }
  const samples = new Map<number, Sample | undefined>()
  await Promise.all(
    [...new Set(counters.map((counter) => counter.source))].map(async (id) => {
      const own = counters.filter((counter) => counter.source === id)
      const answers = await ask(sources[id], own, context)
      for (const [index, counter] of own.entries()) samples.set(counter.id, answers[index])
    }),
  )
  return counters.map((counter) => samples.get(counter.id))
}

async function ask(
  source: Source | undefined,
  counters: readonly Counter[],
  context: Omit<Parameters<Source['collect']>[0], 'due'>,
): Promise<(Sample | undefined)[]> {
  if (source === undefined)
    return allFail(counters, context.now(), `this version has no source "${counters[0]?.source}".`)
  try {
    return await source.collect({ ...context, due: counters.map((counter) => ({ counter })) })
  } catch (thrown) {
    return allFail(counters, context.now(), messageOf(thrown))
  }
}

function allFail(counters: readonly Counter[], at: number, text: string): Sample[] {
  return counters.map(() => ({ kind: 'failure', at, failure: 'internal', text }))
}
