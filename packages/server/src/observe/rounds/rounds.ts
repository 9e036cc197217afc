import type { Counter } from '../../model/counter.ts'
import { collectRound } from './collect-round.ts'
import type { RoundsParts, Watched } from './round.ts'
import { nextDue } from './spread.ts'

/** Counts since start, for metrics and for a person who asks whether rounds are kept. */
export interface RoundCounts {
  done: number
  /** An earlier round of the same node or JVM was still under way: this one was skipped, never queued. */
  skipped: number
}

interface Entry extends Watched {
  place: number
  /** By period: when its counters are due next (monotonic). */
  due: { periodMs: number; at: number; counters: Counter[] }[]
  busy: boolean
}

/** Rounds begin on this grid, so that one wake-up serves all nodes that fall due together. */
const gridMs = 20

/** So many new nodes and JVMs are asked at once; more begin at their own places, so that a fleet's handshakes are spread. */
const newAtOnceMax = 20

/** Starts each node's and each JVM's rounds at its own place in the period. A slow node holds back nobody. */
export class Rounds {
  readonly counts: RoundCounts = { done: 0, skipped: 0 }
  readonly #parts: RoundsParts
  /** By place. */
  #entries = new Map<number, Entry>()
  #cancel: () => void = () => {}
  #closed = false

  constructor(parts: RoundsParts) {
    this.#parts = parts
  }

  /** Takes over what is to be watched; a node or JVM whose counters stay the same keeps its places. A few new nodes are asked at once. */
  configure(watched: readonly Watched[]): void {
    const now = this.#parts.clock.monotonic()
    const entries = new Map<number, Entry>()
    const atOnce = watched.filter((next) => !this.#entries.has(placeOf(next))).length <= newAtOnceMax
    for (const next of watched) {
      if (next.counters.length === 0) continue
      const place = placeOf(next)
      const before = this.#entries.get(place)
      const due = places(next, before, (periodMs) => (atOnce ? now : nextDue(place, periodMs, now)))
      entries.set(place, before ? Object.assign(before, next, { due }) : { ...next, place, due, busy: false })
    }
    this.#entries = entries
    this.#arm()
  }

  /** Ends the rounds; those under way are not waited for. */
  close(): void {
    this.#closed = true
    this.#cancel()
  }

  #arm(): void {
    this.#cancel()
    if (this.#closed) return
    let next = Number.POSITIVE_INFINITY
    for (const { due } of this.#entries.values()) for (const place of due) if (place.at < next) next = place.at
    if (next === Number.POSITIVE_INFINITY) return
    const wakeAt = Math.ceil(next / gridMs) * gridMs
    this.#cancel = this.#parts.clock.after(Math.max(0, wakeAt - this.#parts.clock.monotonic()), () => this.#tick())
  }

  #tick(): void {
    const now = this.#parts.clock.monotonic()
    for (const entry of this.#entries.values()) this.#begin(entry, now)
    this.#arm()
  }

  #begin(entry: Entry, now: number): void {
    let counters: Counter[] | undefined
    let dueAt = now
    let shortestMs = Number.POSITIVE_INFINITY
    for (const place of entry.due) {
      if (place.at > now) continue
      counters = counters === undefined ? place.counters : joined(counters, place.counters)
      dueAt = Math.min(dueAt, place.at)
      shortestMs = Math.min(shortestMs, place.periodMs)
      place.at = nextDue(entry.place, place.periodMs, now)
    }
    if (counters === undefined) return
    if (entry.busy) this.counts.skipped += 1
    else void this.#collect(entry, counters, shortestMs, now - dueAt)
  }

  async #collect(entry: Entry, counters: readonly Counter[], shortestMs: number, lagMs: number): Promise<void> {
    entry.busy = true
    const beganAt = this.#parts.clock.monotonic()
    try {
      const samples = await collectRound(this.#parts, { ...entry, counters, shortestMs })
      if (this.#closed || this.#entries.get(entry.place) !== entry) return
      this.counts.done += 1
      const tookMs = this.#parts.clock.monotonic() - beganAt
      this.#parts.take({ nodeId: entry.nodeId, jvm: entry.jvm, counters, samples, tookMs, lagMs })
    } finally {
      entry.busy = false
    }
  }
}

/** Lists of periods that fall due together, joined once: sources keep what they have prepared by the list. */
const joins = new WeakMap<Counter[], WeakMap<Counter[], Counter[]>>()

function joined(some: Counter[], others: Counter[]): Counter[] {
  const known = joins.get(some) ?? new WeakMap<Counter[], Counter[]>()
  joins.set(some, known)
  const both = known.get(others) ?? some.concat(others)
  known.set(others, both)
  return both
}

/** One number for each node and each JVM: a JVM's id stands below zero. */
function placeOf({ nodeId, jvm }: Watched): number {
  return jvm === null ? nodeId : -jvm.id
}

/** The counters by period; those of a period that gained one are due when `firstDue` says, so that a new counter shows soon. */
function places(watched: Watched, before: Entry | undefined, firstDue: (periodMs: number) => number): Entry['due'] {
  const byPeriod = new Map<number, Counter[]>()
  for (const counter of watched.counters) {
    byPeriod.set(counter.periodMs, [...(byPeriod.get(counter.periodMs) ?? []), counter])
  }
  return [...byPeriod].map(([periodMs, counters]) => {
    const place = before?.due.find((due) => due.periodMs === periodMs)
    const known =
      place !== undefined && counters.every((counter) => place.counters.some((other) => other.id === counter.id))
    return { periodMs, counters, at: known ? place.at : firstDue(periodMs) }
  })
}
