import type { TestKey } from '../../keys.ts'
import { type PretendSsh, startPretendSsh } from '../../ssh-pretend.ts'
import { type CounterFiles, makeCounterFiles } from './counter-files.ts'
import { hostKeyOf } from './host-key.ts'
import { makeLoopback } from './loopback.ts'
import type { Machines, MachineWish } from './machines.ts'

/** Who logs in (default `rehearsal`), and on which port. */
export interface PretendMachinesOptions {
  user?: string
  sshPort?: number
}

/**
 * Each machine is an SSH server in this process on 127.x.y.z; commands run on this machine in a folder of the node.
 * `/proc/loadavg` in commands shows the modelled load, and the folder `$REHEARSAL_COUNTERS` has the other counters.
 */
export async function pretendMachines({ user = 'rehearsal', sshPort }: PretendMachinesOptions = {}): Promise<Machines> {
  const loopback = await makeLoopback(sshPort)
  const running = new Map<string, { node: PretendSsh; files: CounterFiles }>()
  const hostKeys = new Map<string, TestKey>()
  const halt = async (id: string) => {
    const one = running.get(id)
    running.delete(id)
    await one?.node.close()
    await one?.files.remove()
  }
  return {
    sshPort: loopback.port,
    user,
    reserve: loopback.reserve,
    async boot({ id, host, authorizedKeys, hostKey: injected, counters }: MachineWish) {
      const hostKey = hostKeys.get(id) ?? hostKeyOf(injected)
      hostKeys.set(id, hostKey)
      const files = await makeCounterFiles(counters)
      const address = { host, port: loopback.port }
      const { folder, env, input } = files
      const node = await startPretendSsh({ user, address, hostKey, authorizedKeys, folder, env, input })
      running.set(id, { node, files })
      return { hostKey: node.hostKey }
    },
    halt,
    async release(id) {
      await halt(id)
      hostKeys.delete(id)
      loopback.free(id)
    },
    close: async () => {
      await Promise.all([...running.keys()].map(halt))
    },
  }
}
