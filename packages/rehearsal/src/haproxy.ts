import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { letGo } from './reaper.ts'

/** How a load balancer is started. */
export interface HaproxyOptions {
  /** Its configuration, in order. */
  files: readonly string[]
  /** Where its master writes its process id. */
  pidFile: string
  /** Words that run a command in another network, such as a hub's. Default here. */
  enter?: readonly string[]
  /** Such as the tag by which a hub's reaper finds what is to end with the hub. */
  env?: Readonly<Record<string, string>>
}

/** A real HAProxy: SIGUSR2 to its master makes it read its files again. */
export interface Haproxy {
  /** What it wrote so far. */
  output(): string
  stop(): Promise<void>
}

/** Starts it with a master and workers, as Debian's service does; gives back when it has read its files and listens. */
export async function startHaproxy({ files, pidFile, enter = [], env = {} }: HaproxyOptions): Promise<Haproxy> {
  const words = [...enter, 'haproxy', '-W', ...files.flatMap((file) => ['-f', file]), '-p', pidFile]
  const [program = 'haproxy', ...rest] = words
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const child = spawn(program, rest, { env: { PATH, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => reject(new Error(`HAProxy did not start; it wrote:\n${output}`)))
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_BYTES_MAX)
      if (output.includes(READY)) resolve()
    })
  })
  letGo(child)
  return { output: () => output, stop: () => stop(child) }
}

const READY = 'Loading success' // its master's words once the workers listen
const OUTPUT_BYTES_MAX = 1 << 20 // as for sshd nodes

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = once(child, 'exit')
  child.kill('SIGTERM') // its master ends the workers
  await ended
}
