import type { Attempt } from '../action.ts'

/**
 * What scripts and commands are given in their environment (contract, "What scripts and templates are given"), the action's
 * secrets too. A value that there is none of is empty.
 */
export function environmentOf({ run, node, step, attempt, secrets }: Attempt): Record<string, string> {
  const { cause } = run
  return {
    ...secrets,
    TSCALER_TRIGGER: run.trigger,
    TSCALER_CLUSTER: run.cluster,
    TSCALER_NODE: node?.name ?? cause.node ?? '',
    TSCALER_HOST: node?.host ?? cause.host ?? '',
    TSCALER_NODES: run.nodes.map(({ host }) => host).join(','),
    TSCALER_NEW_NODE: run.newNode,
    TSCALER_COUNTER: cause.counter ?? '',
    TSCALER_VALUE: cause.value === undefined ? '' : `${cause.value}`,
    TSCALER_THRESHOLD: cause.threshold ?? '',
    TSCALER_RUN: `${run.runId}`,
    TSCALER_STEP: `${step}`,
    TSCALER_ATTEMPT: `${attempt}`,
  }
}
