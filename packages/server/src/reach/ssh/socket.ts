import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { SshAccess } from '../machine.ts'

/** Where to, and for the sake of which node. */
type Place = Pick<SshAccess, 'nodeName' | 'hostname' | 'port'>

/** A SYN is sent at 0, 1, 3 and 7 s; what has not answered by then is not there. */
const connectLimitMs = 10_000
/** Keeps NAT entries alive, and finds a dead link in about 40 s; the kernel does it, for nothing. */
const keepAliveMs = 30_000

/** A TCP connection to the machine itself. Rejects with `ReachFailure`. */
export function openTcp({ nodeName, hostname, port }: Place, clock: Clock): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // Without noDelay each answer waits 40 ms for the other side's delayed ACK.
    const socket = connect({ host: hostname, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs })
    const cancel = clock.after(connectLimitMs, () =>
      failed({ code: 'ETIMEDOUT', message: `no answer within ${connectLimitMs / 1_000} s` }),
    )
    function failed(error: { code?: string; message: string }): void {
      cancel()
      socket.destroy()
      const advice = advices[error.code ?? ''] ?? `${error.message}. See that host name, port and network are right.`
      reject(
        new ReachFailure('unreachable', `${nodeName}: no TCP connection to ${hostname}:${port}: ${advice}`, {
          cause: error,
        }),
      )
    }
    socket.once('error', failed)
    socket.once('connect', () => {
      cancel()
      socket.removeListener('error', failed)
      // It may wait for its turn to shake hands: an error meanwhile leaves it destroyed, which is looked at then.
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

/** A connection through a host that one is logged in to. Rejects with `ReachFailure`. */
export function openThrough(jump: Client, jumpName: string, { nodeName, hostname, port }: Place): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      const advice = 'See that the address is right as seen from there, and that its sshd allows AllowTcpForwarding.'
      reject(
        new ReachFailure(
          'unreachable',
          `${nodeName}: ${jumpName} does not get to ${hostname}:${port}: ${error.message}. ${advice}`,
        ),
      )
    }
    try {
      jump.forwardOut('127.0.0.1', 0, hostname, port, (error, channel) => (error ? failed(error) : resolve(channel)))
    } catch (thrown) {
      failed(thrown instanceof Error ? thrown : new Error(String(thrown)))
    }
  })
}

const advices: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused. See that sshd runs there and that the port is right.',
  ENOTFOUND: 'the host name is not known. Correct it, or the name service.',
  EAI_AGAIN: 'the name service does not answer. See that it works here.',
  EHOSTUNREACH: 'no route to the host. See that it is on, and the network in between.',
  ENETUNREACH: "the network can't be reached from here. See this machine's routes.",
  ETIMEDOUT: `no answer within ${connectLimitMs / 1_000} s. See that it is on, and that no firewall is in between.`,
}
