import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pause, systemClock } from '../../src/model/clock.ts'
import { treeOf } from '../processes.ts'

/** tscaler as the README starts it. */
export interface Product {
  /** Of the outermost process. */
  pid: number
  npmPid: number
  /** From the command to both pages. */
  readyMs: number
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../../../', import.meta.url))
/** A first start installs and builds. */
const readyLimitMs = 300_000

/** `npm start` on a data folder in `folder`; gives back when /healthz and / have answered. */
export async function startProduct(folder: string): Promise<Product> {
  const beganAt = performance.now()
  const child = spawn('npm', ['start', '--', '--data', join(folder, 'data'), '--port', '0'], {
    cwd: root,
    // The secret key of a first start goes into the state folder, which is to be this bench's own.
    env: {
      ...process.env,
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      TSCALER_DATA: join(folder, 'data'),
      npm_config_update_notifier: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const take = (bytes: Buffer) => {
      output += bytes.toString()
      const found = /is at (http:\/\/\S+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)))
    systemClock.after(readyLimitMs, () => reject(new Error(`npm start was not ready in time:\n${output}`)))
  })
  for (const page of ['/healthz', '/']) {
    const answer = await fetch(url + page)
    await answer.text()
    if (!answer.ok) throw new Error(`${page} answered ${answer.status}`)
  }
  const pid = child.pid ?? 0
  return {
    pid,
    npmPid: pid,
    readyMs: performance.now() - beganAt,
    async stop() {
      const ended = once(child, 'exit')
      const tree = treeOf(pid)
      process.kill(serverOf(tree), 'SIGTERM')
      await ended
      while (tree.some(isAlive)) await pause(systemClock, 20)
    },
  }
}

/** The process that serves; npm does not always pass a signal on. */
function serverOf(tree: readonly number[]): number {
  const server = tree.find((pid) => commandOf(pid).includes('dist/server/main.js'))
  if (server === undefined) throw new Error('the server is not among the processes of npm start')
  return server
}

function isAlive(pid: number): boolean {
  return commandOf(pid) !== ''
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
