import type { DescribedMBean } from '../reach/jmx/jvm-link.ts'
import type { MachineCheck, MachineStatus } from '../reach/machine.ts'

/** What the desk asks of machines and their JVMs, by the worker that owns the node. */
export interface Machines {
  /** How the node's connection stands; undefined where nothing has been tried. */
  statusOf(nodeId: number): MachineStatus | undefined
  /** The same of one JVM, by the id of the node–profile pair. */
  jvmStatusOf(jvmId: number): MachineStatus | undefined
  /** Connects now, to the node and its JVMs, and tries everything. Throws `cannot-reach-server` where no worker answers. */
  check(nodeId: number): Promise<MachineCheck>
  /** The names of the MBeans that a pattern matches. Throws as `mbean`. */
  mbeanNames(jvmId: number, pattern: string): Promise<string[]>
  /** One MBean with what it holds now. Throws `not-found`, `node-unreachable`, `node-auth`, `node-timeout`. */
  mbean(jvmId: number, name: string): Promise<DescribedMBean>
}
