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

type Samples = (Sample | undefined)[]
type CollectParts = Pick<RoundsParts, 'clock' | 'reach' | 'jvms' | 'sources'>

/** One sample per counter, in their order; sources are asked side by side. Never rejects. */
export async function collectRound(parts: CollectParts, round: RoundOf): Promise<Samples> {
  const { counters } = round
  const first = counters[0]
  if (first !== undefined && counters.every((counter) => counter.source === first.source)) {
    return ask(parts, round, parts.sources[first.source], counters)
  }
  const samples = new Map<number, Sample | undefined>()
  await Promise.all(
    [...new Set(counters.map((counter) => counter.source))].map(async (id) => {
      const own = counters.filter((counter) => counter.source === id)
      const answers = await ask(parts, round, parts.sources[id], own)
      for (const [index, counter] of own.entries()) samples.set(counter.id, answers[index])
    }),
  )
  return counters.map((counter) => samples.get(counter.id))
}

async function ask(
  { clock, reach, jvms }: CollectParts,
  { nodeId, jvm, readyMadeOnly, shortestMs }: RoundOf,
  source: Source | undefined,
  counters: readonly Counter[],
): Promise<Samples> {
  const fail = (text: string) => allFail(counters, clock.now(), text)
  if (source === undefined) return fail(`this version has no source "${counters[0]?.source}".`)
  const context = { counters, deadlineMs: shortestMs * deadlineShare, now: () => clock.now() }
  try {
    if (source.of === 'jvm') {
      const link = jvm === null ? undefined : jvms.find(jvm.id)
      return link ? await source.collect({ ...context, jvm: link }) : fail('the node has no such JVM profile any more.')
    }
    const machine = reach.find(nodeId)
    if (machine === undefined) return fail('the node has no SSH profile. Give it one.')
    return await source.collect({ ...context, machine, readyMadeOnly })
  } catch (thrown) {
    return fail(messageOf(thrown))
  }
}

function allFail(counters: readonly Counter[], at: number, text: string): Sample[] {
  return counters.map(() => ({ kind: 'failure', at, failure: 'internal', text }))
}
