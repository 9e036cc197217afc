import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Address } from './address.ts'
import { letGo, reapAtExit } from './reaper.ts'

/** A real nginx of its own, in the foreground, with nothing outside its folder. */
export interface Nginx {
  /** What it wrote of trouble so far. */
  output(): string
  /** Ends it at once. */
  stop(): Promise<void>
}

/**
 * Starts nginx with what stands in `http { }`, as the files in conf.d do; gives back once it answers at `listens`. Rejects with
 * nginx's own words where the configuration is wrong.
 */
export async function startNginx({ http, listens }: { http: string; listens: Address }): Promise<Nginx> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rehearsal-nginx-'))
  await writeFile(path.join(folder, 'site.conf'), http)
  await writeFile(path.join(folder, 'nginx.conf'), configOf(folder))
  // `-e` keeps what it says at start out of /var/log.
  const words = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', 'stderr']
  const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const child = spawn('nginx', words, { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] })
  const cleaned = reapAtExit({ root: child.pid, tag: `REHEARSAL_NGINX=${folder}` }, folder)
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_BYTES_MAX)
  })
  const stopNow = async () => {
    await stop(child)
    await rm(folder, { recursive: true, force: true })
    cleaned()
  }
  try {
    await answering(child, listens)
  } catch (thrown) {
    await stopNow()
    throw new Error(`nginx did not start (${thrown instanceof Error ? thrown.message : thrown}); it wrote:\n${output}`)
  }
  letGo(child)
  return { output: () => output, stop: stopNow }
}

const OUTPUT_BYTES_MAX = 1 << 20 // as for sshd nodes

/** One worker is enough; every folder that it would write to is its own. */
function configOf(folder: string): string {
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr warn; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 256; }
http {
  types { text/html html; text/css css; application/javascript js; image/svg+xml svg; }
  default_type application/octet-stream;
  access_log off;
  ${temps.join(' ')}
  include site.conf;
}
`
}

const LOOK_AGAIN_MS = 10
const TRIES_MAX = 500 // 5 s: it needs 20 ms

async function answering(child: ChildProcess, { host, port }: Address): Promise<void> {
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    if (await connects(host, port)) return
    await pause(LOOK_AGAIN_MS)
  }
  throw new Error(`nothing answers at ${host}:${port}`)
}

function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = once(child, 'exit')
  child.kill('SIGTERM') // its master ends the workers
  await ended
}
