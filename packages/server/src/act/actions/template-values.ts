import type { Placeholder } from '../../model/template.ts'
import type { Attempt } from '../action.ts'

/**
 * What templates are given (contract, "What scripts and templates are given"). Where the step has no target, the node is the one that
 * fired. A value that there is none of is empty.
 */
export function templateValuesOf({ run, node }: Pick<Attempt, 'run' | 'node'>): Record<Placeholder, string> {
  const { cause } = run
  return {
    trigger: run.trigger,
    cluster: run.cluster,
    node: node?.name ?? cause.node ?? '',
    host: node?.host ?? cause.host ?? '',
    newNode: run.newNode,
    counter: cause.counter ?? '',
    value: cause.value === undefined ? '' : `${cause.value}`,
    threshold: cause.threshold ?? '',
    run: `${run.runId}`,
    runUrl: run.runUrl,
  }
}
