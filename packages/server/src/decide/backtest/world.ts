import type { Cluster } from '../../model/cluster.ts'
import type { Guard, Verdict } from '../../model/verdict.ts'
import type { Candidate } from '../candidate.ts'
import { blastWindowMs } from '../guards/blast-radius.ts'
import type { NodesChanged, Outlook, Situation } from '../situation.ts'
import { nextVerdict, type Outcome, outcomeOf } from '../verdicts.ts'

/** What a backtest takes for given. */
export interface WorldRules {
  trigger: NonNullable<Situation['trigger']>
  cluster: Pick<Cluster, 'id' | 'name' | 'min' | 'max' | 'cooldownMs' | 'warmUpMs'>
  /** By the period of each counter. */
  periodMsOf: (counterId: number) => number
  /** What one run of the trigger would add and remove. */
  change: { added: number; removed: number }
  /** How long a run that changes nodes would take. */
  runMs: number
  fromAt: number
  /** Nodes of the cluster at the begin, and of all other clusters throughout. */
  nodes: number
  otherNodes: number
  /** Rows that are kept; later ones are only counted. */
  marksMax: number
}

/** One fire, or refusals one after another for the same reason, as a verdict's row would tell them. */
export interface Mark {
  verdict: Verdict
  /** Of the first of them. */
  candidate: Candidate
  /** Nodes of the cluster after it. */
  nodes: number
}

/** What came of it all. */
export interface WorldSummary {
  fires: number
  /** Asks that were refused, and how many rows they make by guard. */
  refused: number
  refusedBy: Partial<Record<Guard, number>>
  marks: readonly Mark[]
  marksLeftOut: number
  added: number
  removed: number
  /** The number of nodes from each instant on; the first is the begin. */
  sizes: readonly { at: number; nodes: number }[]
  leastNodes: number
  mostNodes: number
  /** Nodes times milliseconds. */
  nodeMs: number
}

/**
 * The cluster as it would have become by the trigger's own would-be runs: each takes `runMs` and succeeds. Nothing else changes it, and the
 * recorded load does not answer to it. The guards are those of admission.
 */
export class World {
  readonly #rules: WorldRules
  readonly #marks: Mark[] = []
  readonly #sizes: { at: number; nodes: number }[]
  readonly #refusedBy: Partial<Record<Guard, number>> = {}
  #nodes: number
  #countedAt: number
  #nodeMs = 0
  #last: Verdict | undefined
  #underWay: { runId: number; endsAt: number } | null = null
  #lastGrowth: Situation['lastGrowth'] = null
  #lastRemoval: Situation['lastRemoval'] = null
  #nodesChanged: NodesChanged[] = []
  #warmUntil = Number.NEGATIVE_INFINITY
  #fires = 0
  #refused = 0
  #rows = 0

  constructor(rules: WorldRules) {
    this.#rules = rules
    this.#nodes = rules.nodes
    this.#countedAt = rules.fromAt
    this.#sizes = [{ at: rules.fromAt, nodes: rules.nodes }]
  }

  /** Asks the guards of admission, writes the answer down, and says whether the fire was accepted. `outlook` is asked only where a guard looks. */
  ask(candidate: Candidate, outlook: () => Outlook): boolean {
    this.#endRun(candidate.at)
    const outcome = outcomeOf(this.#situation(candidate, outlook))
    const accepted = outcome.outcome !== 'refused'
    if (accepted) this.#begin(candidate.at)
    else this.#refused++
    this.#write(candidate, outcome)
    return accepted
  }

  /** What came of it until `toAt`. */
  summary(toAt: number): WorldSummary {
    this.#endRun(toAt)
    this.#count(toAt)
    const { added, removed } = this.#rules.change
    const counts = this.#sizes.map(({ nodes }) => nodes)
    return {
      fires: this.#fires,
      refused: this.#refused,
      refusedBy: this.#refusedBy,
      marks: this.#marks,
      marksLeftOut: this.#rows - this.#marks.length,
      added: this.#fires * added,
      removed: this.#fires * removed,
      sizes: this.#sizes,
      leastNodes: counts.reduce((least, nodes) => Math.min(least, nodes)),
      mostNodes: counts.reduce((most, nodes) => Math.max(most, nodes)),
      nodeMs: this.#nodeMs,
    }
  }

  #situation({ at, counterId }: Candidate, outlook: () => Outlook): Situation {
    const { trigger, cluster, periodMsOf, change, otherNodes } = this.#rules
    let seen: Outlook | undefined
    const look = () => {
      seen ??= outlook()
      return seen
    }
    return {
      now: at,
      asker: 'fire',
      trigger,
      cluster: { ...cluster, pausedUntil: null },
      periodMs: periodMsOf(counterId),
      plannedNodesChange: change,
      clusterNodes: this.#nodes,
      inServiceNodes: this.#nodes,
      fleetNodes: this.#nodes + otherNodes,
      warmingUp: this.#warmUntil > at ? [{ nodeName: 'the new one', until: this.#warmUntil }] : [],
      redStop: null,
      pausedUntil: null,
      runUnderWay: this.#underWay,
      lastGrowth: this.#lastGrowth,
      lastRemoval: this.#lastRemoval,
      failedLaunches: null,
      nodesChanged: this.#nodesChanged,
      blastNodesMax: null,
      get missing() {
        return look().missing
      },
      get health() {
        return look().health
      },
      get growing() {
        return look().growing
      },
      clockStep: null,
    }
  }

  #begin(at: number): void {
    const { change, runMs } = this.#rules
    this.#fires++
    if (change.added + change.removed === 0) return
    this.#underWay = { runId: this.#fires, endsAt: at + runMs }
    this.#nodesChanged = this.#nodesChanged.filter((one) => one.at > at - blastWindowMs)
    this.#nodesChanged.push({ at, nodes: change.added + change.removed })
    this.#resize(at, change.added)
    this.#endRun(at)
  }

  /** A run that has ended by `now`: its removed nodes are gone, its cooldown and the warm-up begin. */
  #endRun(now: number): void {
    if (this.#underWay === null || this.#underWay.endsAt > now) return
    const { runId, endsAt } = this.#underWay
    const { change, cluster } = this.#rules
    this.#underWay = null
    if (change.added > 0) {
      this.#lastGrowth = { runId, endedAt: endsAt }
      this.#warmUntil = endsAt + cluster.warmUpMs
    }
    if (change.removed > 0) this.#lastRemoval = { runId, endedAt: endsAt }
    this.#resize(endsAt, -change.removed)
  }

  #resize(at: number, by: number): void {
    if (by === 0) return
    this.#count(at)
    this.#nodes += by
    this.#sizes.push({ at, nodes: this.#nodes })
  }

  #count(at: number): void {
    this.#nodeMs += this.#nodes * (at - this.#countedAt)
    this.#countedAt = at
  }

  #write(candidate: Candidate, outcome: Outcome): void {
    const { triggerId, seriesId, hits, at } = candidate
    const refusal = outcome.outcome === 'refused' ? outcome : { guard: null, reason: '', until: null }
    const row = nextVerdict(this.#last, {
      triggerId,
      outcome: outcome.outcome,
      guard: refusal.guard,
      reason: refusal.reason,
      until: refusal.until,
      runId: outcome.outcome === 'refused' ? null : this.#fires,
      seriesId,
      hits,
      at,
    })
    if ('id' in row) {
      if (this.#marks.at(-1)?.verdict === this.#last) Object.assign(this.#marks.at(-1) as Mark, { verdict: row })
      this.#last = row
      return
    }
    this.#rows++
    this.#last = { ...row, id: this.#rows }
    if (refusal.guard) this.#refusedBy[refusal.guard] = (this.#refusedBy[refusal.guard] ?? 0) + 1
    if (this.#marks.length < this.#rules.marksMax) {
      this.#marks.push({ verdict: this.#last, candidate, nodes: this.#nodes })
    }
  }
}
