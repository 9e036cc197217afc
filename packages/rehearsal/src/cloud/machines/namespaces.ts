import type { TestKey } from '../../keys.ts'
import type { Hub, MachineNode } from '../../machine-nodes.ts'
import { hostKeyOf } from './host-key.ts'
import type { Machines } from './machines.ts'
import { makeSlots } from './slots.ts'

/**
 * Each machine has its own network, processes and files, inside the hub's network; root logs in on port 22. Its files
 * are in memory: they are gone after `halt`, its host key is not. The hub is the caller's to stop.
 */
export function namespaceMachines(hub: Hub): Machines {
  const slots = makeSlots(240) // machine-nodes.ts: 1 to 240
  const nodes = new Map<string, MachineNode>()
  const hostKeys = new Map<string, TestKey>()
  const halt = async (id: string) => {
    await nodes.get(id)?.stop()
    nodes.delete(id)
  }
  return {
    sshPort: 22,
    user: 'root',
    async reserve(id) {
      const number = await slots.take(id)
      return number === undefined ? undefined : `10.77.0.${number + 10}`
    },
    async boot({ id, authorizedKeys, hostKey: injected }) {
      const hostKey = hostKeys.get(id) ?? hostKeyOf(injected)
      hostKeys.set(id, hostKey)
      const node = await hub.startMachineNode(slots.of(id), { authorizedKeys, hostKey })
      nodes.set(id, node)
      return { hostKey: node.hostKey }
    },
    halt,
    async release(id) {
      await halt(id)
      hostKeys.delete(id)
      slots.free(id)
    },
    close: async () => {
      await Promise.all([...nodes.keys()].map(halt))
    },
  }
}
