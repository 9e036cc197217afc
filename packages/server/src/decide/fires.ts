import type { Breach, Column } from './breach.ts'

/** The hits of a breach that an accepted fire has used up; they don't count again. */
export interface Spent {
  hits: number
  /** The breach they belong to, by its start; in any other breach nothing is spent. */
  breachSinceAt: number
}

/** One series (or aggregate) of a trigger, with what stage one found in it. */
export interface Judged {
  column: Column
  breaches: readonly Breach[]
  /** The rule's, so that both stages take the same samples for hits. */
  judgedCodeMax: number
  hitsNeeded: number
  spent: Spent
  /** The last hit that stage two came by, kept over chunks: a fire spends it though the breach goes on in a later chunk. */
  passed: Spent
}

/** A sample at which Timing is reached: the trigger asks to fire. */
export interface Ask {
  /** Which of the judged series. */
  index: number
  at: number
  /** NaN where a failure was taken as the hit. */
  value: number
  /** Since the last accepted fire. */
  hits: number
  breachSinceAt: number
}

/** How many hits reach the Timing: `hits × period ≥ timing`, and one where the Timing is 0. */
export function hitsNeeded(timingMs: number, periodMs: number): number {
  return Math.max(1, Math.ceil(timingMs / periodMs))
}

/** Nothing spent yet. */
export function newSpent(): Spent {
  return { hits: 0, breachSinceAt: Number.NaN }
}

/** The hits of a breach that still count towards the Timing; never negative. */
export function unspentHits(spent: Spent, hits: number, breachSinceAt: number): number {
  return spent.breachSinceAt === breachSinceAt ? Math.max(0, hits - spent.hits) : hits
}

/** Uses up the first `hits` of the breach. */
export function spend(spent: Spent, hits: number, breachSinceAt: number): void {
  spent.hits = hits
  spent.breachSinceAt = breachSinceAt
}

/**
 * The hits that count after one more at `at`: those at or before the last accepted fire are spent, so that the trigger
 * needs a further full Timing. Both live and backtest come through here for every hit.
 */
export function hitsAfter(spent: Spent, hits: number, breachSinceAt: number, at: number, acceptedAt: number): number {
  if (at <= acceptedAt) spend(spent, hits, breachSinceAt)
  return unspentHits(spent, hits, breachSinceAt)
}

/**
 * Stage two over chunks: goes through the hits of all of a trigger's series in time order and asks at each one with
 * Timing reached. `ask` answers whether the fire was accepted; one refused stays armed and is asked again at the next
 * hit. Gives back the instant of the last accepted fire, to go on with after the next chunk.
 */
export function fires(judged: readonly Judged[], acceptedAt: number, ask: (fire: Ask) => boolean): number {
  let lastAcceptedAt = acceptedAt
  for (const hit of hitsInTimeOrder(judged)) {
    const { spent, passed, hitsNeeded } = judged[hit.index] as Judged
    spend(passed, hit.hits, hit.breachSinceAt)
    const hits = hitsAfter(spent, hit.hits, hit.breachSinceAt, hit.at, lastAcceptedAt)
    if (hits < hitsNeeded) continue
    if (!ask({ index: hit.index, at: hit.at, value: hit.value, hits, breachSinceAt: hit.breachSinceAt })) continue
    lastAcceptedAt = hit.at
    spendAll(judged)
  }
  return lastAcceptedAt
}

/** The trigger fired: all hits that stage two came by are used up. */
export function spendAll(judged: readonly Pick<Judged, 'spent' | 'passed'>[]): void {
  for (const { spent, passed } of judged) spend(spent, passed.hits, passed.breachSinceAt)
}

interface Hit {
  index: number
  at: number
  value: number
  hits: number
  breachSinceAt: number
}

function hitsInTimeOrder(judged: readonly Judged[]): Hit[] {
  const hits: Hit[] = []
  judged.forEach(({ column, breaches, judgedCodeMax }, index) => {
    for (const breach of breaches) {
      let count = breach.hitsBefore
      for (let i = breach.from; i < breach.to; i++) {
        if ((column.failures[i] as number) > judgedCodeMax) continue
        count++
        const [at, value] = [column.times[i] as number, column.values[i] as number]
        hits.push({ index, at, value, hits: count, breachSinceAt: breach.startAt })
      }
    }
  })
  return hits.sort((a, b) => a.at - b.at || a.index - b.index)
}
