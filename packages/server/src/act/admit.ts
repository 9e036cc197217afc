import type { Candidate } from '../decide/candidate.ts'
import { refusalOf } from '../decide/guards/all.ts'
import type { Outlook } from '../decide/situation.ts'
import { nextVerdict, type Outcome, outcomeOf } from '../decide/verdicts.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { tell } from '../keep/queue/topics.ts'
import type { Vault } from '../keep/secrets/secrets.ts'
import type { Store, Tables, Transaction } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import { messageOf, TscalerError } from '../model/problem.ts'
import type { Run } from '../model/run.ts'
import type { Trigger } from '../model/trigger.ts'
import type { Refusal } from '../model/verdict.ts'
import { keeperOf, shortfallOf, wantedToKeep } from './keep-min/wanted-to-keep.ts'
import { type ActionKinds, nodesChange, type PlannedStep, planSteps } from './plan.ts'
import { type PlanAnswer, planAnswer } from './plan-answer.ts'
import { withPreviews } from './preview.ts'
import { type Machines, readScene } from './scene.ts'
import { noOutlook, readSituation } from './situation.ts'
import { type HandRequest, type Wanted, wantedByFire, wantedByHand, wantedByTrigger } from './wanted.ts'
import { writeRun } from './write-run.ts'

/** What admission works with. */
export interface AdmissionParts {
  store: Store
  queue: Queue
  clock: Clock
  vault: Vault
  kinds: ActionKinds
  machines: Machines
  /** Whether commands may run on tscaler's own machine. */
  serverCommands: boolean
  /** How many nodes automatic runs may change in 5 minutes; null: the default of the guard. */
  blastNodesMax: number | null
}

/** Writes along with what a person did, in the same transaction: none without the other. */
export type Alongside = (tables: Tables, run: Run) => Promise<void>

/** What becomes of a fire. */
export type Admitted = { run: Run } | { refusal: Refusal } | { watched: string }

/** What becomes of a cluster that may have too few nodes. `nobody`: no trigger of it can be run for that; why, in words. */
export type Kept = { enough: true } | { nobody: string } | { triggerId: number; kept: Admitted }

/** The one door through which every run comes; design, "Act". */
export interface Admission {
  /** Asks the guards and writes the run, or the verdict that says why not. Throws only where the store does. */
  admitFire(candidate: Candidate, outlook: Outlook): Promise<Admitted>
  /** Where the cluster has fewer nodes than its min, asks the guards and writes the run of its first growing trigger that is on, or its verdict. */
  admitKeep(clusterId: number, clockStep: Outlook['clockStep']): Promise<Kept>
  /** Throws `refused-by-guard`, `server-commands-off`, `not-found`, `bad-input`. `alongside` is written with the run, or not at all. */
  admitByHand(request: HandRequest, alongside?: Alongside): Promise<Run>
  /** What `admitByHand` would begin, nothing written. `preview`: what its targets say to it, which takes seconds. */
  planOf(request: HandRequest, options?: { preview: boolean }): Promise<PlanAnswer>
  /** The guard that would hold back a fire of the trigger now; null: none. Nothing is written. */
  heldBackBy(trigger: Trigger, outlook: Outlook): Promise<Refusal | null>
}

/** Opens the door. */
export function openAdmission(parts: AdmissionParts): Admission {
  return {
    async admitFire(candidate, outlook) {
      const admitted = await parts.store.transaction((tx) => admitFire(tx, parts, candidate, outlook))
      if ('run' in admitted) await announce(parts, admitted.run)
      return admitted
    },
    async admitKeep(clusterId, clockStep) {
      const outlook = { ...noOutlook, clockStep }
      const kept = await parts.store.transaction((tx) => admitKeep(tx, parts, clusterId, outlook))
      if ('kept' in kept && 'run' in kept.kept) await announce(parts, kept.kept.run)
      return kept
    },
    async admitByHand(request, alongside) {
      const run = await parts.store.transaction(async (tx) => {
        await tx.lockAdmission()
        const { wanted, steps, refusal } = await lookAt(tx, parts, request)
        refuseServerCommands(steps, parts)
        if (refusal) throw new TscalerError('refused-by-guard', refusal.reason, { retryable: refusal.until !== null })
        const written = await writeRun(tx, wanted, steps, parts.clock.now())
        await alongside?.(tx, written)
        return written
      })
      await announce(parts, run)
      return run
    },
    async planOf(request, options) {
      const { wanted, steps, refusal } = await lookAt(parts.store, parts, request)
      const answer = planAnswer({ wanted, steps, refusal, vault: parts.vault })
      return options?.preview ? withPreviews(parts, { wanted, steps }, answer) : answer
    },
    async heldBackBy(trigger, outlook) {
      try {
        const wanted = await wantedByTrigger(parts.store, trigger, parts.kinds)
        if (!wanted) return null
        const { situation } = await planAndSituation(parts.store, parts, wanted, outlook, parts.clock.now())
        return refusalOf(situation) ?? null
      } catch (thrown) {
        return unusable(thrown)
      }
    },
  }
}

async function admitFire(
  tx: Transaction,
  parts: AdmissionParts,
  candidate: Candidate,
  outlook: Outlook,
): Promise<Admitted> {
  await tx.lockAdmission()
  return admitWanted(tx, parts, candidate, () => wantedByFire(tx, candidate, parts.kinds), outlook)
}

async function admitKeep(tx: Transaction, parts: AdmissionParts, clusterId: number, outlook: Outlook): Promise<Kept> {
  await tx.lockAdmission()
  const shortfall = await shortfallOf(tx, clusterId)
  if (!shortfall) return { enough: true }
  const trigger = await keeperOf(tx, shortfall, parts.kinds)
  if (typeof trigger === 'string') return { nobody: trigger }
  const asking = { triggerId: trigger.id, seriesId: null, hits: 0 }
  const wanted = () => wantedToKeep(tx, shortfall, trigger, parts.kinds)
  return { triggerId: trigger.id, kept: await admitWanted(tx, parts, asking, wanted, outlook) }
}

/** Of a candidate, what its verdict tells. */
type Asking = Pick<Candidate, 'triggerId' | 'seriesId' | 'hits'>

async function admitWanted(
  tx: Transaction,
  parts: AdmissionParts,
  asking: Asking,
  findWanted: () => Promise<Wanted | undefined>,
  outlook: Outlook,
): Promise<Admitted> {
  const now = parts.clock.now()
  let judged: { outcome: Outcome; run: Run | null }
  try {
    const wanted = await findWanted()
    if (!wanted) return { refusal: { guard: 'state', reason: 'The trigger or its cluster was removed.', until: null } }
    judged = await judge(tx, parts, wanted, outlook, now)
  } catch (thrown) {
    judged = { outcome: { outcome: 'refused', ...unusable(thrown) }, run: null }
  }
  await writeVerdict(tx, asking, judged, now)
  const { outcome, run } = judged
  if (run) return { run }
  if (outcome.outcome === 'watched') return { watched: outcome.reason }
  if (outcome.outcome === 'fired') throw new Error('a fire without a refusal wrote no run')
  return { refusal: { guard: outcome.guard, reason: outcome.reason, until: outcome.until } }
}

/** A configuration that can't be run is a refusal like any other: people see why nothing happens. Anything else is thrown on. */
function unusable(thrown: unknown): Refusal {
  if (!(thrown instanceof TscalerError) || (thrown.code !== 'bad-input' && thrown.code !== 'not-found')) throw thrown
  return { guard: 'state', reason: messageOf(thrown), until: null }
}

async function judge(tx: Transaction, parts: AdmissionParts, wanted: Wanted, outlook: Outlook, now: number) {
  const { steps, situation } = await planAndSituation(tx, parts, wanted, outlook, now)
  const outcome = outcomeOf(situation)
  const run = outcome.outcome === 'fired' ? await writeRun(tx, wanted, steps, now) : null
  return { outcome, run }
}

async function lookAt(tables: Tables, parts: AdmissionParts, request: HandRequest) {
  const wanted = await wantedByHand(tables, request, parts.kinds)
  const { steps, situation } = await planAndSituation(tables, parts, wanted, noOutlook, parts.clock.now())
  return { wanted, steps, refusal: refusalOf(situation) ?? null }
}

async function planAndSituation(tables: Tables, parts: AdmissionParts, wanted: Wanted, outlook: Outlook, now: number) {
  const { asker, trigger, cluster, periodMs } = wanted
  const scene = await readScene(tables, wanted, parts.machines)
  const steps = planSteps(wanted.steps, scene)
  const asked = {
    asker,
    trigger,
    cluster,
    periodMs,
    change: nodesChange(steps),
    outlook,
    now,
    blastNodesMax: parts.blastNodesMax,
  }
  const situation = await readSituation(tables, asked, scene.nodes, parts.kinds)
  return { steps, situation }
}

/** Said before the run begins, not by its first task. */
function refuseServerCommands(steps: readonly PlannedStep[], { serverCommands }: AdmissionParts): void {
  if (serverCommands) return
  const step = steps.find(
    ({ kind, targets }) => kind.onServer || (kind.per === 'each' && targets.some((node) => node?.local)),
  )
  if (!step) return
  const message = `Action "${step.action.name}" would run a command on tscaler's own machine, where server commands are off. Set TSCALER_SERVER_COMMANDS=on, or aim it at other nodes.`
  throw new TscalerError('server-commands-off', message)
}

async function writeVerdict(
  tx: Transaction,
  { triggerId, seriesId, hits }: Asking,
  { outcome, run }: { outcome: Outcome; run: Run | null },
  at: number,
): Promise<void> {
  const [previous] = await tx.verdicts.list({ where: { triggerId }, order: 'desc', limit: 1 })
  const refused = outcome.outcome === 'refused'
  const verdict = nextVerdict(previous, {
    triggerId,
    outcome: outcome.outcome,
    guard: refused ? outcome.guard : null,
    reason: outcome.outcome === 'fired' ? (run?.cause.text ?? '') : outcome.reason,
    until: refused ? outcome.until : null,
    runId: run?.id ?? null,
    seriesId,
    hits,
    at,
  })
  if ('id' in verdict) await tx.verdicts.update(verdict.id, verdict)
  else await tx.verdicts.insert(verdict)
}

/** The engine first: a person sees the run a moment later, its first step should not wait for that. */
async function announce({ queue }: AdmissionParts, { id }: Run): Promise<void> {
  const woken = queue.publish('run.wake', { runId: id })
  tell(queue, 'run.changed', { runId: id })
  // The run is stored; without its wake-up the next sweep finds it.
  await woken.catch(() => {})
}
