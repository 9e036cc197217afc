import { connect, type JmxConnection } from '@tscaler/jmx'
import { ReachFailure } from '../failure.ts'
import type { Machine } from '../machine.ts'
import type { JvmAccess } from './jvm-link.ts'

/** Finding the JVM and logging in takes 5 to 10 ms where all is well; one in a long collection pauses for seconds. */
const connectLimitMs = 10_000

/** Where a JVM listens that is reached through its node, unless the profile says otherwise: the agent binds all addresses. */
const ownAddress = '127.0.0.1'

/** What a connection needs beside the access. */
export interface ConnectParts {
  access: JvmAccess
  machineOf: (nodeId: number) => Pick<Machine, 'forward'> | undefined
  signal: AbortSignal
}

/** Logs in to the JVM, directly or through its node's SSH connection. Rejects with `JmxError` or `ReachFailure`. */
export function connectTo({ access, machineOf, signal }: ConnectParts): Promise<JmxConnection> {
  const { user, password, tls, hostOverride, port } = access
  const through = access.via === 'ssh'
  return connect({
    host: through ? (hostOf(hostOverride) ?? ownAddress) : access.hostname,
    port,
    ...(user === null ? {} : { user }),
    ...(password === null ? {} : { password }),
    ...(tls === null ? {} : { tls: tlsOf(tls) }),
    ...(hostOverride === null ? {} : { hostOverride }),
    timeoutMs: connectLimitMs,
    signal,
    ...(through ? { socket: (host: string, there: number) => forward(access, machineOf, host, there) } : {}),
  })
}

function tlsOf({ ca, cert, key }: NonNullable<JvmAccess['tls']>) {
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  }
}

async function forward(access: JvmAccess, machineOf: ConnectParts['machineOf'], host: string, port: number) {
  const machine = machineOf(access.nodeId)
  if (machine) return machine.forward(host, port)
  const text = `${access.nodeName} has no SSH profile, and JVM profile "${access.profileName}" goes through SSH. Give the node one, or set via: direct.`
  throw new ReachFailure('unreachable', text)
}

/** `host`, `host:port`, `[::1]:port`. */
function hostOf(override: string | null): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(override ?? '') ?? []
  return bracketed ?? plain ?? override ?? undefined
}
