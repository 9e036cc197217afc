import type { Vault } from '../keep/secrets/secrets.ts'
import type { Tables } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import { randomHex } from '../model/ids.ts'
import { messageOf } from '../model/problem.ts'
import { Turns } from '../reach/ssh/turns.ts'
import type { ActionKind, Attempt, RunContext } from './action.ts'
import type { FleetNode } from './fleet-node.ts'
import { masking } from './mask.ts'
import type { PlannedStep } from './plan.ts'
import type { PlanAnswer } from './plan-answer.ts'
import type { Machines } from './scene.ts'
import { targetNode } from './targets.ts'
import type { Wanted } from './wanted.ts'

/** A person reads the first few; the same manifest does much the same on the others. */
const nodesMax = 20
/** Each is a Puppet on its node and a shell over SSH here. */
const atOnce = 5
/** Clients give up after 120 s without an answer. */
const limitMs = 90_000

/** What asking works with. */
interface PreviewParts {
  store: Tables
  clock: Clock
  vault: Vault
  machines: Machines
  serverCommands: boolean
}

/** The plan with what its targets say themselves, asked now, for the steps whose kinds can tell. Never rejects for a node. */
export async function withPreviews(
  parts: PreviewParts,
  { wanted, steps }: { wanted: Wanted; steps: readonly PlannedStep[] },
  answer: PlanAnswer,
): Promise<PlanAnswer> {
  const context = await contextOf(parts.store, wanted)
  const limit = new AbortController()
  const cancel = parts.clock.after(limitMs, () => limit.abort('timeout'))
  const asked = steps.flatMap(({ kind, targets }) => (kind.preview ? targets.filter((node) => node !== null) : []))
  const allowed = new Set(asked.slice(0, nodesMax))
  const turns = new Turns(atOnce)
  const ask = async (step: PlannedStep, node: FleetNode): Promise<string[]> => {
    if (!allowed.has(node)) return [`not asked: a preview is of ${nodesMax} nodes at most. Choose nodes`]
    const giveBack = await turns.take()
    try {
      return await linesOf(parts, { step, node, context, signal: limit.signal })
    } finally {
      giveBack()
    }
  }
  try {
    return { ...answer, steps: await Promise.all(answer.steps.map((one, index) => asks(one, steps[index], ask))) }
  } finally {
    cancel()
  }
}

/** The tasks of a step stand in the order of its targets. */
async function asks(
  answer: PlanAnswer['steps'][number],
  step: PlannedStep | undefined,
  ask: (step: PlannedStep, node: FleetNode) => Promise<string[]>,
): Promise<PlanAnswer['steps'][number]> {
  if (!step?.kind.preview) return answer
  const tasks = answer.tasks.map(async (task, index) => {
    const node = step.targets[index]
    return node ? { ...task, preview: await ask(step, node) } : task
  })
  return { ...answer, tasks: await Promise.all(tasks) }
}

async function linesOf(
  parts: PreviewParts,
  subject: { step: PlannedStep; node: FleetNode; context: RunContext; signal: AbortSignal },
): Promise<string[]> {
  const { step, node, signal } = subject
  const opened = Object.entries(step.action.secrets).map(([name, sealed]) => [name, parts.vault.open(sealed)] as const)
  const mask = masking(opened.map(([, value]) => value))
  try {
    if (signal.aborted) return [`not asked: the ${limitMs / 1_000} s of a preview were over. Choose fewer nodes`]
    if (node.local && !parts.serverCommands)
      return ["not asked: server commands are off, and it is tscaler's own machine"]
    return (await preview(step.kind, attemptOf(parts, subject, Object.fromEntries(opened)))).map(mask)
  } catch (thrown) {
    return [mask(`not known: ${messageOf(thrown)}`)]
  }
}

async function preview(kind: ActionKind, attempt: Attempt): Promise<string[]> {
  try {
    return (await kind.preview?.(attempt)) ?? []
  } finally {
    // What stays behind is a folder; the lines count.
    await kind.forget?.(attempt).catch(() => {})
  }
}

function attemptOf(
  { clock, machines }: PreviewParts,
  { step, node, context, signal }: { step: PlannedStep; node: FleetNode; context: RunContext; signal: AbortSignal },
  secrets: Record<string, string>,
): Attempt {
  const folder = `preview-${randomHex(8)}`
  return {
    taskId: 0,
    fields: step.action.fields,
    secrets,
    run: context,
    step: step.n,
    attempt: 1,
    node: targetNode(node),
    machine: machines.find(node.id) ?? null,
    token: folder,
    folder,
    log: () => {},
    remark: () => {},
    signal,
    clock,
  }
}

/** What the run would tell its scripts; there is no run yet, so its number is 0. */
async function contextOf(tables: Tables, { trigger, cluster, cause }: Wanted): Promise<RunContext> {
  const nodes =
    cluster === null ? [] : await tables.nodes.list({ where: { clusterId: cluster.id, state: 'in-service' } })
  return {
    runId: 0,
    runUrl: '',
    trigger: trigger?.name ?? '',
    cluster: cluster?.name ?? '',
    nodes: nodes.map(targetNode),
    newNode: '',
    cause,
  }
}
