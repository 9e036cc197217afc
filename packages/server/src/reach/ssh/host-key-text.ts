import type { SshAccess } from '../machine.ts'
import { fingerprint, type KeyVerdict } from './host-key.ts'

/** Why a host's key was refused, and what to do. */
export function refusedKeyText({ nodeName, nodeId }: SshAccess, verdict: KeyVerdict): string {
  const shown = `${verdict.offered.split(' ')[0]} ${fingerprint(verdict.offered)}`
  // A jump host is no node: it has no page, its keys are in the profile's known_hosts.
  const accept = nodeId === 0 ? 'put it into the known_hosts of the SSH profile' : 'accept the key on its page'
  switch (verdict.kind) {
    case 'changed':
      return `${nodeName} shows another SSH host key (${shown}) than the known one (${fingerprint(verdict.expected)}). All work on it is stopped; if it was rebuilt, ${accept}.`
    case 'revoked':
      return `${nodeName} shows an SSH host key (${shown}) that known_hosts has as revoked. Nothing is sent to it; give the machine a new key.`
    default:
      return `${nodeName} shows an SSH host key (${shown}) that nobody has confirmed. Compare it with the machine's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then ${accept}.`
  }
}

/** What a node's work is refused with while it is stopped. */
export function stoppedText({ nodeName, hostKey }: SshAccess): string {
  if (hostKey === null) {
    return `${nodeName} shows an SSH host key that nobody has confirmed. Compare it with the machine's own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), then accept the key on its page.`
  }
  return `${nodeName} showed another SSH host key than the pinned one. All work on it is stopped; if it was rebuilt, accept the key on its page.`
}
