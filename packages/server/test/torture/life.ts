import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTscaler, type Tscaler } from '../whole/tscaler.ts'

/** tscaler on one data folder over many lives. */
export interface Life {
  /** Asks again while it is down, so for questions only and what may be done twice. Rejects for answers of 400 and more. */
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  /** Asks once. undefined: it went down meanwhile, so it may have been done. */
  order<Answer>(method: string, path: string, body: unknown): Promise<Answer | undefined>
  /** SIGKILL, `whileDead`, and a new start. */
  crash(whileDead: () => void): Promise<void>
  /** Everything that all lives have written. */
  output(): string
  end(): Promise<void>
}

/** Between two questions to one that is down. */
const againMs = 50
/** A start takes a second, on a busy machine ten. */
const downMs = 60_000

/** Starts its first life; `prepare` is done in a short one before, which ends well and so leaves compiled code to the others. */
export async function beginLife(
  data: string,
  settings: Record<string, string>,
  prepare: (tscaler: Tscaler) => Promise<unknown>,
): Promise<Life> {
  const environment = { ...settings, NODE_COMPILE_CACHE: path.join(path.dirname(data), 'compiled') }
  const first = await startTscaler(data, environment)
  await prepare(first).finally(() => first.stop())
  let tscaler = await startTscaler(data, environment)
  let before = ''

  async function order<Answer>(method: string, path: string, body?: unknown): Promise<Answer | undefined> {
    try {
      return await tscaler.api<Answer>(method, path, body)
    } catch (thrown) {
      if (isDown(thrown)) return undefined
      throw thrown
    }
  }
  return {
    order,
    async ask<Answer>(method: string, path: string, body?: unknown) {
      for (const since = performance.now(); performance.now() - since < downMs; await sleep(againMs)) {
        const answer = await order<Answer>(method, path, body)
        if (answer !== undefined) return answer
      }
      throw new Error(`${method} ${path}: tscaler was down for ${downMs / 1_000} s:\n${tscaler.output()}`)
    },
    async crash(whileDead) {
      await tscaler.kill()
      before += tscaler.output()
      whileDead()
      tscaler = await startTscaler(data, environment)
    },
    output: () => before + tscaler.output(),
    end: () => tscaler.kill(),
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
