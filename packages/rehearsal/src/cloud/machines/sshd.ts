import { userInfo } from 'node:os'
import { type SshdNode, type SshdOptions, startSshdNode } from '../../sshd.ts'
import { hostKeyOf } from './host-key.ts'
import { makeLoopback } from './loopback.ts'
import type { Machines } from './machines.ts'

/** What all sshd machines have in common, and the port they share. */
export interface SshdMachinesOptions extends Omit<SshdOptions, 'address' | 'hostKey'> {
  sshPort?: number
}

/** Each machine is a real OpenSSH sshd with files of its own on 127.x.y.z; commands run on this machine. */
export async function sshdMachines({ sshPort, ...options }: SshdMachinesOptions = {}): Promise<Machines> {
  const loopback = await makeLoopback(sshPort)
  const nodes = new Map<string, SshdNode>()
  const release = async (id: string) => {
    await nodes.get(id)?.stop()
    nodes.delete(id)
    loopback.free(id)
  }
  return {
    sshPort: loopback.port,
    user: options.user ?? userInfo().username,
    reserve: loopback.reserve,
    async boot({ id, host, authorizedKeys, hostKey }) {
      const old = nodes.get(id)
      if (old !== undefined) await old.restart()
      const node =
        old ??
        (await startSshdNode({
          ...options,
          authorizedKeys: [...(options.authorizedKeys ?? []), ...authorizedKeys],
          hostKey: hostKeyOf(hostKey),
          address: { host, port: loopback.port },
        }))
      nodes.set(id, node)
      return { hostKey: node.hostKey }
    },
    halt: async (id) => await nodes.get(id)?.kill(),
    release,
    close: async () => {
      await Promise.all([...nodes.keys()].map(release))
    },
  }
}
