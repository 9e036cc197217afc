import type { Machine } from '../../reach/machine.ts'
import { type Attempt, TaskFailed } from '../action.ts'

/** The machine of the attempt's target; `work` is what it is needed for, such as `run the script on`. Throws `TaskFailed`. */
export function machineOf({ machine, node }: Attempt, work: string): Machine {
  if (machine) return machine
  const message = node
    ? `there is no way to reach ${node.name}: give it an SSH profile`
    : `there is no node to ${work}: aim it at one`
  throw new TaskFailed(message, { retryable: false })
}
