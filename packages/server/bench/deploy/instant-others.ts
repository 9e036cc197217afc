import type { Mailer } from '../../src/act/mail/mailer.ts'
import type { Balancer, Cloud, Vm } from '../../src/reach/cloud/cloud.ts'
import type { Machine } from '../../src/reach/machine.ts'

/** A cloud whose machines run, and are in their load balancers, as soon as they are asked for. */
export function instantCloud(): Cloud {
  const vms = new Map<string, Vm>()
  // Another machine is behind the load balancer: the last one is never taken away.
  const members = new Set(['i-another'])
  const balancer: Balancer = {
    name: 'shop',
    register: async (vmId) => void members.add(vmId),
    deregister: async (vmId) => void members.delete(vmId),
    health: async () => new Map([...members].map((id) => [id, { health: 'in-service', text: '' }])),
  }
  return {
    async launch({ token, tags, shape }) {
      const id = `i-${token}`
      const vm: Vm = {
        id,
        state: 'running',
        host: '127.0.0.1',
        tags,
        account: 'bench',
        type: shape?.instanceType ?? null,
        launchedAt: null,
        reason: null,
      }
      vms.set(id, vm)
      return vm
    },
    byToken: async (token) => [vms.get(`i-${token}`)].filter((vm) => vm !== undefined),
    find: async (vmId) => vms.get(vmId),
    list: async () => [...vms.values()],
    hostKeys: async () => ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFd1c3RlbnNhbmQgdW5kIGthbHRlcyBNZWVyIGhpZXIh'],
    end: async (vmId) => void vms.delete(vmId),
    balancers: () => [balancer],
  }
}

/** A machine on which every script has ended as soon as it was begun. */
export function instantMachine(): Machine {
  return {
    round: async (scripts) => scripts.map(() => ({ kind: 'output', exitCode: 0, stdout: '', stderr: '' })),
    startDetached: async () => {},
    async followDetached(_, sink) {
      sink('out', 'done')
      return { exitCode: 0 }
    },
    detachedState: async () => ({ kind: 'ended', exitCode: 0 }),
    killDetached: async () => {},
    forgetDetached: async () => {},
    forward: () => Promise.reject(new Error('nothing is asked through a machine here')),
    check: async () => ({ ok: true, findings: [] }),
    status: { state: 'open', failure: null, retryAt: null, openedAt: 0 },
    close: () => {},
  }
}

/** A mail server that takes everything. */
export const instantMailer: Mailer = { send: async ({ to }) => ({ accepted: [...to], rejected: [] }) }
