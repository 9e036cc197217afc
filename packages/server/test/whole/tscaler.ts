import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** tscaler as its users run it: a process of its own on a data folder. */
export interface Tscaler {
  readonly url: string
  /** The one-time link of a first start; undefined later. */
  readonly welcome: string | undefined
  readonly data: string
  readonly pid: number
  /** Asks the API over the local socket, as the administrator of this machine. Rejects for answers of 400 and more. */
  api<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  /** Everything it has written. */
  output(): string
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>
}

const source = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A folder for data that nobody else uses. */
export async function dataFolder(): Promise<{ data: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(path.join(tmpdir(), 'tscaler-whole-'))
  return { data: path.join(parent, 'data'), remove: () => rm(parent, { recursive: true, force: true }) }
}

/** How it is started, beside its environment. */
export interface StartOptions {
  /** Words that run a command elsewhere, such as in the network of a hub. */
  enter?: readonly string[]
  /** Options of `tscaler serve` beside its data and port. */
  flags?: readonly string[]
  /** Its program; default the source. */
  main?: string
}

/** Starts it and waits until its page can be opened. Rejects with its output where it ends before. */
export async function startTscaler(
  data: string,
  environment: Record<string, string> = {},
  { enter = [], flags = [], main = source }: StartOptions = {},
): Promise<Tscaler> {
  const [program = process.execPath, ...words] = [
    ...enter,
    process.execPath,
    main,
    'serve',
    '--data',
    data,
    '--port',
    '0',
    ...flags,
  ]
  const child = spawn(program, words, {
    env: { PATH: process.env.PATH, HOME: path.dirname(data), TSCALER_LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(child)
  const url = await output.find(/ is at (http:\/\/127\.0\.0\.1:\d+)/)
  const welcome = /(http:\/\/\S+\/welcome#\S+)/.exec(output.text())?.[1]
  const ended = once(child, 'exit')
  return {
    url,
    welcome,
    data,
    pid: child.pid ?? 0,
    api: (method, where, body) => askSocket(path.join(data, 'tscaler.sock'), method, where, body),
    output: output.text,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      const [code] = await ended
      return code
    },
  }
}

function collect(child: ChildProcess) {
  let text = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      for (const look of waiting) look()
    })
  }
  return {
    text: () => text,
    find: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(text)?.[1]
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        child.once('exit', (code) => reject(new Error(`tscaler ended with ${code} before it was ready:\n${text}`)))
      }),
  }
}

function askSocket<Answer>(socketPath: string, method: string, where: string, body: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const asked = request({ socketPath, method, path: where, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const answer = Buffer.concat(parts).toString()
        if ((response.statusCode ?? 500) >= 400)
          reject(new Error(`${method} ${where}: ${response.statusCode} ${answer}`))
        else resolve(answer === '' ? (undefined as Answer) : JSON.parse(answer))
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })
}
