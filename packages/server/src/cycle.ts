import { AskAdmission, type Asked } from './act/ask-admission.ts'
import type { Candidate } from './decide/candidate.ts'
import type { Health } from './decide/health.ts'
import { Judge } from './decide/judge.ts'
import type { Outlook } from './decide/situation.ts'
import type { History, Kept } from './keep/history/history.ts'
import type { Queue } from './keep/queue/queue.ts'
import { type Told, tell } from './keep/queue/topics.ts'
import type { Recent } from './keep/recent/recent.ts'
import { messageOf } from './model/problem.ts'
import { seriesId } from './model/sample.ts'
import { type Fleet, seriesIn, seriesOf, watchedOf } from './observe/fleet.ts'
import type { Round, RoundsParts } from './observe/rounds/round.ts'
import { Rounds } from './observe/rounds/rounds.ts'
import { keptOf, latestOf } from './observe/taken.ts'

/** What the loop is made of. */
export interface CycleParts extends Omit<RoundsParts, 'take'> {
  recent: Recent
  history: History
  queue: Queue
  serverCommands: boolean
  /** The one door to a run. */
  admit: (candidate: Candidate, outlook: Outlook) => Promise<Asked>
  /** Hears of every round, after its samples were judged: alerts, metrics, the log of samples. */
  watchers: readonly ((round: Round) => void)[]
  /** Hears why a candidate could not be admitted, such as a full disk. */
  trouble: (text: string) => void
}

/** observe → decide → act: each sample is judged the moment it arrives, and what is ripe goes to admission at once. */
export class Cycle {
  readonly judge = new Judge()
  readonly #parts: CycleParts
  readonly #rounds: Rounds
  readonly #asking: AskAdmission
  #fleet: Fleet | undefined
  /** The last step of the wall clock. */
  clockStep: { at: number; byMs: number } | null = null

  constructor(parts: CycleParts) {
    this.#parts = parts
    this.#rounds = new Rounds({ ...parts, take: (round) => this.#take(round) })
    this.#asking = new AskAdmission({
      clock: parts.clock,
      admit: (candidate) => parts.admit(candidate, this.outlookOf(candidate)),
      spent: (triggerId, at) => this.judge.accepted(triggerId, at),
    })
  }

  /** Rounds since start, for metrics. */
  get counts(): Rounds['counts'] {
    return this.#rounds.counts
  }

  /** Judges by a new configuration from now on; `observe` begins, changes and ends the rounds by it. */
  configure(fleet: Fleet): void {
    this.#fleet = fleet
    const watched = watchedOf(fleet, this.#parts)
    this.judge.configure({
      triggers: fleet.triggers,
      clusters: [...fleet.clusters.values()],
      counters: [...fleet.counters.values()],
      nodes: [...fleet.nodes.values()],
      effects: fleet.effects,
      series: seriesOf(watched),
    })
  }

  /** Begins, changes and ends the rounds. Hits are restored in between, before the first live sample. */
  observe(fleet: Fleet): void {
    this.#rounds.configure(watchedOf(fleet, this.#parts))
  }

  /** Once a second: the aggregates whose period has ended. */
  tick(): void {
    for (const candidate of this.judge.tick(this.#parts.clock.now())) this.#ask(candidate)
  }

  /** The wall clock stepped: hits and cooldowns go on as if it had not. */
  clockStepped(byMs: number): void {
    this.clockStep = { at: this.#parts.clock.now(), byMs }
    this.judge.clockStepped(byMs)
  }

  /** What the guards are told that only the loop knows. */
  outlookOf({ triggerId, clusterId }: Pick<Candidate, 'triggerId' | 'clusterId'>): Outlook {
    const now = this.#parts.clock.now()
    const trigger = this.#fleet?.triggers.find(({ id }) => id === triggerId)
    return {
      missing: this.judge.missingOf(triggerId, now),
      health: healthAround(
        this.judge.sensorHealth(trigger?.counters.map(({ counterId }) => counterId)),
        this.#fleet,
        clusterId,
      ),
      growing: this.judge.growingOf(clusterId, now),
      clockStep: this.clockStep,
    }
  }

  close(): void {
    this.#rounds.close()
  }

  #take(round: Round): void {
    const kept: Kept[] = []
    const told: Told['samples.taken'] = []
    const ripe: Candidate[] = []
    for (const [index, counter] of round.counters.entries()) {
      const sample = round.samples[index]
      if (sample === undefined) continue
      const series = seriesId(seriesIn(round, counter))
      const handle = this.judge.handleOf(series)
      if (handle === undefined) continue
      ripe.push(...this.judge.judge(handle, sample))
      const hits = this.judge.hitsOf(series)
      kept.push(keptOf(series, sample, hits))
      told.push({ series, latest: latestOf(sample, hits) })
    }
    for (const candidate of ripe) this.#ask(candidate)
    this.#parts.history.append(kept)
    this.#parts.recent.put(told)
    tell(this.#parts.queue, 'samples.taken', told)
    for (const watch of this.#parts.watchers) watch(round)
  }

  #ask(candidate: Candidate): void {
    this.#asking.ask(candidate).catch((thrown: unknown) => this.#parts.trouble(messageOf(thrown)))
  }
}

/** Of all places only those that concern the cluster: itself, its nodes' sites, and everything together. */
function healthAround(health: readonly Health[], fleet: Fleet | undefined, clusterId: number): Health[] {
  const nodes = [...(fleet?.nodes.values() ?? [])].filter((node) => node.clusterId === clusterId)
  const sites = new Set(nodes.map(({ site }) => site))
  return health.filter(({ scope, clusterId: cluster, site }) =>
    scope === 'cluster' ? cluster === clusterId : scope === 'site' ? sites.has(site) : true,
  )
}
