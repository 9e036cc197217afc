import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTscaler, type Tscaler } from '../whole/tscaler.ts'

/** tscaler on one data folder over many lives. */
export interface Life {
  /** Asks again while it is down, so for questions only and what may be done twice. Rejects for answers of 400 and more. */
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  /** Asks once. undefined: it went down meanwhile, so it may have been done. */
  order<Answer>(method: string, path: string, body: unknown): Promise<{ answer: Answer } | undefined>
  /** SIGKILL, `whileDead`, and a new start. */
  crash(whileDead: () => void): Promise<void>
  /** Everything that all lives have written. */
  output(): string
  /** Whoever still asks is told that it is down for good. */
  end(): Promise<void>
}

/** Between two questions to one that is down. */
const againMs = 50
/** A start takes a second, on a busy machine ten. */
const downMs = 60_000

/** Starts its first life; `prepare` is done in a short one before, which ends well and so leaves compiled code to the others. */
export async function beginLife(
  { data, main, settings }: { data: string; main: string | undefined; settings: Record<string, string> },
  prepare: (tscaler: Tscaler) => Promise<unknown>,
): Promise<Life> {
  const environment = { ...settings, NODE_COMPILE_CACHE: path.join(path.dirname(data), 'compiled') }
  const start = () => startTscaler(data, environment, main === undefined ? {} : { main })
  const first = await start()
  await prepare(first).finally(() => first.stop())
  let tscaler = await start()
  let before = ''
  let isOver = false

  async function order<Answer>(method: string, path: string, body?: unknown): Promise<{ answer: Answer } | undefined> {
    try {
      return { answer: await tscaler.api<Answer>(method, path, body) }
    } catch (thrown) {
      if (isDown(thrown)) return undefined
      throw thrown
    }
  }
  return {
    order,
    async ask<Answer>(method: string, path: string, body?: unknown) {
      for (const since = performance.now(); !isOver && performance.now() - since < downMs; await sleep(againMs)) {
        const answered = await order<Answer>(method, path, body)
        if (answered) return answered.answer
      }
      throw new Error(`${method} ${path}: tscaler is down for good.`)
    },
    async crash(whileDead) {
      await tscaler.kill()
      before += tscaler.output()
      whileDead()
      tscaler = await start()
    },
    output: () => before + tscaler.output(),
    async end() {
      isOver = true
      await tscaler.kill()
    },
  }
}

function isDown(thrown: unknown): boolean {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'].includes(thrown.code)
  )
}
