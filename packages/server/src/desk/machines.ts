import type { MachineCheck, MachineStatus } from '../reach/machine.ts'

/** What the desk asks of machines, by the worker that owns the node. */
export interface Machines {
  /** How the node's connection stands; undefined where nothing has been tried. */
  statusOf(nodeId: number): MachineStatus | undefined
  /** Connects now and tries everything. Throws `cannot-reach-server` where no worker answers. */
  check(nodeId: number): Promise<MachineCheck>
}
