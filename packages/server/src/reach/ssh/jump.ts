import type { SshAccess } from '../machine.ts'

/** Where a jump host is, from `user@host[:port]`; undefined where the text says none. An IPv6 address with a port stands in brackets. */
export function parseJump(text: string): { user: string | undefined; hostname: string; port: number } | undefined {
  const match = /^(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^@:\s[\]]+)|([0-9a-fA-F:]+:[0-9a-fA-F:]*))(?::(\d{1,5}))?$/.exec(
    text,
  )
  const hostname = match?.[2] ?? match?.[3] ?? match?.[4]
  const port = match?.[5] === undefined ? 22 : Number(match[5])
  return hostname === undefined || port < 1 || port > 65_535 ? undefined : { user: match?.[1], hostname, port }
}

/**
 * The access to the last jump host before a machine: logged in with the same secrets, its own keys looked up in the profile's
 * known_hosts. undefined where there is no jump, and null where the text of one makes no sense.
 */
export function jumpAccess(access: SshAccess): SshAccess | undefined | null {
  const text = access.jump.at(-1)
  if (text === undefined) return undefined
  const jump = parseJump(text)
  if (jump === undefined) return null
  return {
    ...access,
    ...jump,
    user: jump.user ?? access.user,
    nodeId: 0, // it is no node; one link serves all machines behind it
    nodeName: `jump host ${text}`,
    hostKey: null,
    jump: access.jump.slice(0, -1),
    stopped: false,
  }
}
