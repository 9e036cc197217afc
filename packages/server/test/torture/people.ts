import { setTimeout as sleep } from 'node:timers/promises'
import type { Node } from '../../src/wire/resources.ts'
import type { Run } from '../../src/wire/runs.ts'
import type { Draw } from './draw.ts'
import type { Life } from './life.ts'
import type { ClusterName } from './ordeal-document.ts'

/** What the people of all clusters have done and met. */
export interface Deeds {
  runs: Map<string, number>
  /** Runs that would not begin. */
  refused: number
  cancelled: number
  retried: number
  /** Runs of which something was begun again because a person said so. */
  again: Set<number>
  stopped: number
  /** What was not known and had to be said, in the words of the tasks. */
  unknown: string[]
  /** Nodes that a failed run left on their way in or out, until it was tried again. */
  left: string[]
}

export function noDeeds(): Deeds {
  return { runs: new Map(), refused: 0, cancelled: 0, retried: 0, again: new Set(), stopped: 0, unknown: [], left: [] }
}

/** How often a run is looked at. */
const lookMs = 100
/** How often one run is tried again; a storm may outlast some. */
const triesMax = 10

/** One person, who makes a cluster grow and shrink by hand, again and again, each run to its end. */
export class Person {
  readonly #life: Life
  readonly #cluster: ClusterName
  readonly #draw: Draw
  readonly #deeds: Deeds
  #count = 0

  constructor(life: Life, cluster: ClusterName, draw: Draw, deeds: Deeds) {
    this.#life = life
    this.#cluster = cluster
    this.#draw = draw
    this.#deeds = deeds
  }

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#once(isOver)
      await sleep(this.#draw.between(0, 200))
    }
  }

  async #once(isOver: () => boolean): Promise<void> {
    const before = (await this.#nodes()).length
    const grows = before === 0 || (before < 2 && this.#draw.isLucky(0.7))
    const run = await this.#begin(`${grows ? 'grow' : 'shrink'}-${this.#cluster}`)
    if (!run) return
    let ended = await this.#toItsEnd(run.id, isOver)
    // A run that failed is tried again where it has left something behind, and now and then where it hasn't.
    for (let tries = 0; ended.state === 'failed' && tries < triesMax; tries += 1) {
      const isLeft = await this.#leaves(ended)
      if (!isLeft && (isOver() || !this.#draw.isLucky(0.3))) return
      this.#deeds.again.add(run.id)
      if (await this.#orderOf(`/api/v1/runs/${run.id}/retry`)) this.#deeds.retried += 1
      else await sleep(lookMs)
      ended = await this.#toItsEnd(run.id, isOver)
    }
  }

  async #begin(trigger: string): Promise<Run | undefined> {
    this.#count += 1
    const reason = `ordeal ${trigger} ${this.#count}`
    try {
      const body = { force: true, reason }
      const begun = await this.#life.order<Run>('POST', `/api/v1/triggers/${trigger}/execute`, body)
      if (begun) return begun.answer
    } catch {
      this.#deeds.refused += 1
      await sleep(lookMs)
      return undefined
    }
    const { items } = await this.#life.ask<{ items: Run[] }>('GET', `/api/v1/runs?trigger=${trigger}`)
    return items.find(({ cause }) => cause.reason === reason)
  }

  async #toItsEnd(id: number, isOver: () => boolean): Promise<Run> {
    const cancelAt = this.#draw.isLucky(0.25) ? performance.now() + this.#draw.between(100, 5_000) : undefined
    let cancels = cancelAt !== undefined
    for (;;) {
      const run = await this.#life.ask<Run>('GET', `/api/v1/runs/${id}`)
      if (['succeeded', 'failed', 'cancelled'].includes(run.state)) {
        this.#deeds.runs.set(run.state, (this.#deeds.runs.get(run.state) ?? 0) + 1)
        return run
      }
      await this.#settleUnknown(run)
      if (cancels && cancelAt !== undefined && performance.now() > cancelAt && !isOver()) {
        cancels = false
        if (await this.#orderOf(`/api/v1/runs/${id}/cancel`)) this.#deeds.cancelled += 1
      }
      await sleep(lookMs)
    }
  }

  async #leaves(run: Run): Promise<boolean> {
    const others = (await this.#nodes()).filter(({ state }) => state !== 'in-service')
    for (const { name, state, instanceId } of others)
      this.#deeds.left.push(`${name} (${instanceId}) was left ${state} by run ${run.id}: ${run.note}`)
    return others.length > 0
  }

  async #settleUnknown(run: Run): Promise<void> {
    for (const step of run.steps) {
      for (const task of step.tasks.filter(({ state }) => state === 'unknown')) {
        this.#deeds.unknown.push(`run ${run.id} step ${step.n} (${step.type}): ${task.error}`)
        this.#deeds.again.add(run.id)
        await this.#orderOf(`/api/v1/runs/${run.id}/resolve`, { task: task.id, answer: 'not-done' })
      }
    }
  }

  /** False: it came too late, or tscaler went down. */
  async #orderOf(path: string, body: unknown = {}): Promise<boolean> {
    return (await this.#life.order('POST', path, body).catch(() => undefined)) !== undefined
  }

  async #nodes(): Promise<Node[]> {
    const { items } = await this.#life.ask<{ items: Node[] }>('GET', '/api/v1/nodes?limit=500')
    return items.filter(({ cluster }) => cluster?.name === this.#cluster)
  }
}
