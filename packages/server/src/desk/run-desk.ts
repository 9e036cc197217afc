import type { Alongside } from '../act/admit.ts'
import type { Run } from '../model/run.ts'
import type { Plan } from '../wire/runs.ts'

/** What a person asks to be run. Either a trigger's actions or one action. */
export interface HandRequest {
  trigger: { id: number } | null
  action: { id: number } | null
  /** Where an action runs, or where a trigger's own cluster is not meant. */
  clusterId: number | null
  /** Chosen nodes replace CLUSTER, NODE and a LASTNODE that no step deploys. */
  nodeIds: number[] | null
  /** Min, max and blast radius yield. */
  forced: boolean
  reason: string | null
  /** As the audit trail names them. */
  who: string
}

/** How a task that nobody knows the outcome of is settled. */
export interface Resolution {
  runId: number
  taskId: number
  answer: 'done' | 'not-done' | 'stop'
  who: string
}

/** The runs' engine as the desk sees it. All throw `TscalerError`. */
export interface RunDesk {
  /** What would be done, nothing executed. `preview`: what its targets say to it, which takes seconds. */
  planOf(request: HandRequest, options?: { preview: boolean }): Promise<Plan>
  /** Admits the run; throws `refused-by-guard`. */
  admitByHand(request: HandRequest, alongside?: Alongside): Promise<Run>
  cancel(runId: number, who: string, alongside?: Alongside): Promise<void>
  /** Goes on from the step that failed; throws `wrong-state` where the run did not fail. */
  retry(runId: number, who: string, alongside?: Alongside): Promise<void>
  resolve(resolution: Resolution, alongside?: Alongside): Promise<void>
  /** Answers a run that waits for approval. */
  approve(runId: number, who: string, alongside?: Alongside): Promise<void>
  reject(runId: number, who: string, alongside?: Alongside): Promise<void>
}
