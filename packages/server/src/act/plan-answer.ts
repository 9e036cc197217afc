import type { Vault } from '../keep/secrets/secrets.ts'
import type { StepType } from '../model/action.ts'
import type { OnFailure, Target } from '../model/trigger.ts'
import type { Refusal } from '../model/verdict.ts'
import { masking } from './mask.ts'
import { type PlannedStep, planHash } from './plan.ts'
import { targetNode } from './targets.ts'
import type { Wanted } from './wanted.ts'

interface Named {
  id: number
  name: string
}

/** What a run would do, in the shape that the API answers. */
export interface PlanAnswer {
  planHash: string
  trigger: Named | null
  cluster: Named | null
  steps: {
    n: number
    action: Named
    type: StepType
    target: Target
    onFailure: OnFailure
    /** `preview`: what the node itself says would change, where it was asked. */
    tasks: { node: Named | null; text: string; preview?: string[] }[]
    leftOut: { node: Named; reason: string }[]
  }[]
  /** Why it would be refused now, or fail at its first look; null: it would begin. */
  refusal: { guard: string; reason: string; until: string | null } | null
}

/** The answer, secrets masked. */
export function planAnswer(plan: {
  wanted: Wanted
  steps: readonly PlannedStep[]
  refusal: Refusal | null
  vault: Vault
}): PlanAnswer {
  const { wanted, steps, refusal, vault } = plan
  const [trigger, cluster] = [named(wanted.trigger), named(wanted.cluster)]
  return {
    planHash: planHash({ triggerId: trigger?.id ?? null, clusterId: cluster?.id ?? null, steps }),
    trigger,
    cluster,
    steps: steps.map((step) => stepAnswer(step, vault)),
    refusal: refusal && { ...refusal, until: refusal.until === null ? null : new Date(refusal.until).toISOString() },
  }
}

function stepAnswer(
  { n, action, kind, target, onFailure, targets, leftOut, failure }: PlannedStep,
  vault: Vault,
): PlanAnswer['steps'][number] {
  const mask = masking(Object.values(action.secrets).map((sealed) => vault.open(sealed)))
  const tasks = targets.map((node) => ({
    node: named(node),
    text: mask(kind.plan(action.fields, node && targetNode(node))),
  }))
  if (failure !== null) tasks.push({ node: null, text: `would fail: ${failure}` })
  else if (tasks.length === 0) {
    tasks.push({ node: null, text: mask(kind.plan(action.fields, deployedLater)) })
  }
  return {
    n,
    action: { id: action.id, name: action.name },
    type: action.type,
    target,
    onFailure,
    tasks,
    leftOut: leftOut.map(({ node, reason }) => ({ node, reason })),
  }
}

/** Stands in a plan's words for a node that has no name yet. */
const deployedLater = { id: 0, name: 'the node that an earlier step deploys', host: '', local: false }

function named(row: Named | null): Named | null {
  return row && { id: row.id, name: row.name }
}
