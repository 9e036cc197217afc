import { createHash } from 'node:crypto'
import type { Effect, StepType } from '../model/action.ts'
import type { StepAction } from '../model/run.ts'
import type { OnFailure, Target } from '../model/trigger.ts'
import type { ActionKind } from './action.ts'
import type { FleetNode } from './fleet-node.ts'
import { type Aim, aim, bindTargets, type LeftOut, type Scene } from './targets.ts'

/** The kinds there are, by their ids. */
export type ActionKinds = ReadonlyMap<StepType, ActionKind>

/** An action with what it is aimed at, in a run's order. */
export interface WantedStep {
  action: StepAction
  kind: ActionKind
  target: Target
  onFailure: OnFailure
}

/** A step as it would be now. */
export interface PlannedStep extends WantedStep {
  n: number
  /** Empty where they are known only once an earlier step has deployed. */
  targets: readonly (FleetNode | null)[]
  leftOut: readonly LeftOut[]
  /** Why it would fail; null: it would not. */
  failure: string | null
}

/** All steps with their targets as they are now. */
export function planSteps(wanted: readonly WantedStep[], scene: PlanScene): PlannedStep[] {
  const leaving = leavingOf(wanted, scene)
  return wanted.map((step, index) => {
    const deploysLater = wanted.slice(0, index).some(({ kind }) => kind.effect === 'grow')
    const binding = bindTargets(aimOf(step), { ...scene, leaving, own: [], deploysLater })
    return {
      ...step,
      n: index + 1,
      targets: binding.kind === 'bound' ? binding.targets : [],
      leftOut: binding.kind === 'later' ? [] : binding.leftOut,
      failure: binding.kind === 'failed' ? binding.message : null,
    }
  })
}

/** What a plan is made from: nothing of it is done yet. */
export type PlanScene = Omit<Scene, 'own' | 'deploysLater' | 'leaving'>

/** The nodes that the run takes away, as far as that is its own choice: what the steps before do with LASTNODE is for them. */
function leavingOf(wanted: readonly WantedStep[], scene: PlanScene): readonly FleetNode[] {
  const removing = wanted.find(({ kind, target }) => kind.effect === 'remove' && target === 'cluster')
  if (!removing) return []
  const binding = bindTargets(aimOf(removing), { ...scene, leaving: [], own: [], deploysLater: false })
  return binding.kind === 'bound' ? binding.targets.filter((node) => node !== null) : []
}

function aimOf({ target, kind, action }: WantedStep): Aim {
  return aim(target, kind, action.fields)
}

/** How many nodes the steps add and remove. */
export function nodesChange(steps: readonly { kind: Pick<ActionKind, 'effect'>; targets: readonly unknown[] }[]): {
  added: number
  removed: number
} {
  const change = { added: 0, removed: 0 }
  for (const { kind, targets } of steps) {
    if (kind.effect === 'grow') change.added += targets.length
    if (kind.effect === 'remove') change.removed += targets.length
  }
  return change
}

/** The one effect that a run is listed with: growing before removing, where it does both. */
export function effectOf(kinds: readonly Pick<ActionKind, 'effect'>[]): Effect {
  if (kinds.some(({ effect }) => effect === 'grow')) return 'grow'
  return kinds.some(({ effect }) => effect === 'remove') ? 'remove' : 'none'
}

/**
 * SHA-256 over everything that the run would do: the actions as they are, secrets sealed, their order and their targets. Two
 * plans with the same hash do the same.
 */
export function planHash(plan: {
  triggerId: number | null
  clusterId: number | null
  steps: readonly PlannedStep[]
}): string {
  const steps = plan.steps.map(({ action, target, onFailure, targets }) => {
    const { id, name, type, fields, timeoutMs, retries, retryDelayMs, secrets } = action
    const nodes = targets.map((node) => node?.id ?? null)
    return { action: { id, name, type, fields, timeoutMs, retries, retryDelayMs, secrets }, target, onFailure, nodes }
  })
  const canonical = canonicalJson({ triggerId: plan.triggerId, clusterId: plan.clusterId, steps })
  return createHash('sha256').update(canonical).digest('hex')
}

/** JSON with keys in the order of their names, so that the order in which a row was read does not count. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
