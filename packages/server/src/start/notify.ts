import { execFile } from 'node:child_process'

/** What systemd is told of a service with `Type=notify`. */
export type ServiceState = 'ready' | 'stopping'

// As assignments: older versions of the tool have no word for stopping.
const MESSAGES: Record<ServiceState, string> = { ready: 'READY=1', stopping: 'STOPPING=1' }

const ANSWER_MS = 10_000 // it needs some milliseconds; whoever waits longer waits for nothing

/**
 * Tells systemd, where it started this process and wants to know (`socket`: NOTIFY_SOCKET). By systemd's own tool: Node has no datagram
 * sockets with a path. Resolves when it is told; trouble goes to `warn`, as a server that runs is no less running for it.
 */
export function notifySystemd(
  state: ServiceState,
  { socket, path, warn }: { socket: string | null; path: string | undefined; warn: (text: string) => void },
): Promise<void> {
  if (socket === null) return Promise.resolve()
  const env = { NOTIFY_SOCKET: socket, PATH: path }
  return new Promise((resolve) => {
    execFile('systemd-notify', [MESSAGES[state]], { env, timeout: ANSWER_MS }, (trouble) => {
      if (trouble)
        warn(`systemd could not be told that tscaler is ${state} (${trouble.message}). Set Type=exec in its unit.`)
      resolve()
    })
  })
}
