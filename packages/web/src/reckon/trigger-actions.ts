import type { Step } from '../../../server/src/wire/runs.ts'

/** One action of a trigger's list, by its name. */
export interface ListedAction {
  action: string
  target: Step['target']
  onFailure: Step['onFailure']
}

/** An action added to a list, aimed as it is mostly meant: what follows a deployment is for the new node, until something is for all. */
export function listedAction(
  action: string,
  type: string,
  before: readonly { type: string; target: string }[],
): ListedAction {
  if (type === 'email') return { action, target: 'none', onFailure: 'continue' }
  if (type === 'pause') return { action, target: 'none', onFailure: 'stop' }
  if (isDeploying(type)) return { action, target: 'cluster', onFailure: 'undo' }
  if (isRemoving(type)) return { action, target: 'cluster', onFailure: 'stop' }
  const deployed = before.findLastIndex((one) => isDeploying(one.type))
  const isForNew = deployed !== -1 && before.slice(deployed + 1).every(({ target }) => target !== 'cluster')
  return { action, target: isForNew ? 'last-node' : 'cluster', onFailure: 'stop' }
}

/** Whether steps of the type make a new node. */
export function isDeploying(type: string): boolean {
  return type === 'deployEc2Node' || type === 'deployCommand'
}

/** Whether steps of the type take a node away. */
export function isRemoving(type: string): boolean {
  return type === 'removeEc2Node' || type === 'removeCommand'
}

/** The targets that make sense for a type, in words. */
export function targetsFor(type: string): { value: ListedAction['target']; label: string }[] {
  if (isDeploying(type)) return [{ value: 'cluster', label: 'a new node' }]
  if (type === 'email' || type === 'pause') return [{ value: 'none', label: 'no node' }]
  const ofCluster = isRemoving(type) ? 'of the cluster, as the action chooses' : 'all nodes of the cluster'
  const each: { value: ListedAction['target']; label: string }[] = [
    { value: 'cluster', label: ofCluster },
    { value: 'last-node', label: 'the newest node' },
    { value: 'node', label: 'the node in breach' },
  ]
  return isRemoving(type) ? each : [...each, { value: 'none', label: 'no node' }]
}

/** What the failures of a list of actions lead to, in sentences; what needs none is left out. */
export function failureWords(list: readonly { type: string; onFailure: string }[]): string[] {
  const undoing = list.filter(({ type, onFailure }) => onFailure === 'undo' && isDeploying(type))
  const idle = list.filter(({ type, onFailure }) => onFailure === 'undo' && !isDeploying(type))
  return [
    ...(undoing.length > 0
      ? [
          'Undo: if this step or a later one stops the run, the machine that it started is ended and its node forgotten. Once the ready check has brought the node into service, it stays.',
        ]
      : []),
    ...(idle.length > 0
      ? ['Undo stops the run where the action has nothing to take back: only deployments can be undone.']
      : []),
    ...(list.some(({ type }) => isDeploying(type))
      ? [
          'After the last step on the newest node tscaler adds a ready check by itself: the node answers, its load balancers send it requests, it is in service.',
        ]
      : []),
  ]
}
