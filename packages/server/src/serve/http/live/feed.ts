import type { Desk } from '../../../desk/desk.ts'
import { connectionOf } from '../../../desk/kinds/nodes.ts'
import { findStep, runOf } from '../../../desk/runs.ts'
import { listen, type Told } from '../../../keep/queue/topics.ts'
import { randomHex } from '../../../model/ids.ts'
import { logLineAnswer } from '../../../wire/convert/runs.ts'
import { instant } from '../../../wire/convert/show.ts'
import { alertAnswer, latestAnswer } from '../../../wire/convert/watching.ts'
import { type LiveTopic, missedEvent } from '../../../wire/events.ts'
import type { Listener } from './listener.ts'
import { EventRing } from './ring.ts'
import { type LiveEvent, sieved } from './sieve.ts'

/** Contract: one batch of samples each 250 ms. What else changed is read from the store no oftener either. */
const batchMs = 250
/** Proxies close connections that are quiet for half a minute. */
const heartbeatMs = 15_000
/** How long events are kept for pages that may come back, once nobody listens. */
const keptMs = 60_000

type FeedDesk = Pick<Desk, 'store' | 'queue' | 'clock' | 'machines'>

/** What happens, as server-sent events, to everybody who listens. Costs nothing while nobody does. */
export class LiveFeed {
  readonly #desk: FeedDesk
  readonly #failed: (thrown: unknown) => void
  readonly #listeners = new Set<Listener>()
  readonly #ring = new EventRing()
  /** Ids of another process's events must not be taken for this one's. */
  readonly #epoch = randomHex(4)
  /** What changed since the last batch, and how its event is made; the newest alone counts. */
  readonly #changed = new Map<string, () => Promise<void>>()
  readonly #stops: (() => void)[]
  #emptySince: number | null
  #batch: (() => void) | null = null
  #building = false
  #stopHeartbeat: () => void

  constructor(desk: FeedDesk, failed: (thrown: unknown) => void) {
    this.#desk = desk
    this.#failed = failed
    this.#emptySince = Number.NEGATIVE_INFINITY
    this.#stops = this.#listen()
    this.#stopHeartbeat = desk.clock.after(heartbeatMs, () => this.#heartbeat())
  }

  /** Begins to send; `after` is the id of the last event the page had (undefined: none). */
  add(listener: Listener, after: string | undefined): void {
    if (!this.#isKept()) this.#ring.forget()
    this.#listeners.add(listener)
    this.#emptySince = null
    // The page's place, even if it is cut off before anything happens.
    if (after === undefined) listener.send(`id: ${this.#epoch}-${this.#ring.last}\n`)
    listener.send('retry: 2000\n\n')
    // What is kept is not sorted by clusters.
    const missed = after !== undefined && listener.clusters ? undefined : this.#missed(after)
    if (missed === undefined)
      listener.send(`id: ${this.#epoch}-${this.#ring.last}\nevent: ${missedEvent}\ndata: {}\n\n`)
    else for (const { topic, text } of missed) if (listener.topics.has(topic as LiveTopic)) listener.send(text)
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#emptySince = this.#desk.clock.monotonic()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stopHeartbeat()
    this.#batch?.()
    for (const listener of this.#listeners) listener.end()
    this.#listeners.clear()
  }

  /** Undefined where the page must read everything again; a page that comes for the first time has missed nothing. */
  #missed(after: string | undefined) {
    if (after === undefined) return []
    const [epoch, n] = after.split('-')
    return epoch === this.#epoch && n !== undefined && /^\d{1,15}$/.test(n) ? this.#ring.after(Number(n)) : undefined
  }

  #isKept(): boolean {
    return this.#emptySince === null || this.#desk.clock.monotonic() - this.#emptySince < keptMs
  }

  #listen(): (() => void)[] {
    const { queue } = this.#desk
    return [
      listen(queue, 'samples.taken', (samples) => this.#hearSamples(samples)),
      listen(queue, 'hits.changed', (hits) => {
        if (!this.#isKept()) return
        const changed = hits.map(({ triggerId, series, at, hits, hitsNeeded }) => ({
          trigger: triggerId,
          series,
          hits,
          hitsNeeded,
          at: instant(at),
        }))
        this.#publish({ topic: 'hits', payload: changed })
      }),
      listen(queue, 'log.appended', ({ runId, n, nodeId, lines }) => {
        if (!this.#isKept()) return
        const payload = { run: runId, step: n, node: nodeId, lines: lines.map(logLineAnswer) }
        this.#publish({ topic: 'log', payload })
      }),
      listen(queue, 'run.changed', ({ runId }) =>
        this.#change(`run ${runId}`, async () =>
          this.#publish({ topic: 'run', payload: await runOf(this.#desk, runId) }),
        ),
      ),
      listen(queue, 'step.changed', ({ runId, n }) => this.#change(`step ${runId} ${n}`, () => this.#step(runId, n))),
      listen(queue, 'alert.changed', ({ alertId }) => this.#change(`alert ${alertId}`, () => this.#alert(alertId))),
      listen(queue, 'node.changed', ({ nodeId }) => this.#change(`node ${nodeId}`, () => this.#node(nodeId))),
    ]
  }

  async #step(runId: number, n: number): Promise<void> {
    const step = await findStep(this.#desk, runId, n)
    if (step) this.#publish({ topic: 'step', payload: { run: runId, step } })
  }

  async #alert(alertId: number): Promise<void> {
    const alert = await this.#desk.store.alerts.find(alertId)
    if (alert) this.#publish({ topic: 'alert', payload: alertAnswer(alert) })
  }

  async #node(nodeId: number): Promise<void> {
    const node = await this.#desk.store.nodes.find(nodeId)
    if (!node) return
    const { state } = connectionOf(this.#desk.machines.statusOf(nodeId))
    this.#publish({ topic: 'node', payload: { id: nodeId, name: node.name, state: node.state, connection: state } })
  }

  #publish(event: LiveEvent): void {
    const n = this.#ring.last + 1
    const { text } = this.#ring.push(event.topic, this.#textOf(n, event))
    for (const listener of this.#listeners) {
      if (!listener.topics.has(event.topic)) continue
      if (listener.clusters) this.#sieve(listener, listener.clusters, n, event)
      else if (!listener.send(text)) this.remove(listener)
    }
  }

  #textOf(n: number, { topic, payload }: LiveEvent): string {
    return `id: ${this.#epoch}-${n}\nevent: ${topic}\ndata: ${JSON.stringify(payload)}\n\n`
  }

  #sieve(listener: Listener, clusters: ReadonlySet<number>, n: number, event: LiveEvent): void {
    listener.inTurn(async () => {
      try {
        const own = await sieved(this.#desk.store, clusters, event)
        if (own && this.#listeners.has(listener) && !listener.send(this.#textOf(n, own))) this.remove(listener)
      } catch (thrown) {
        this.#failed(thrown)
      }
    })
  }

  #hearSamples(samples: Told['samples.taken']): void {
    if (this.#listeners.size === 0) return
    for (const listener of this.#listeners) {
      for (const { series, latest } of listener.series.size === 0 ? [] : samples) {
        const answer = listener.series.has(series) ? latestAnswer(latest) : null
        if (answer !== null) listener.hear(series, { series, latest: answer, hits: latest.hits })
      }
    }
    this.#soon()
  }

  #change(key: string, build: () => Promise<void>): void {
    if (!this.#isKept()) return
    this.#changed.set(key, build)
    this.#soon()
  }

  #soon(): void {
    this.#batch ??= this.#desk.clock.after(batchMs, () => {
      this.#batch = null
      this.#sendSamples()
      void this.#build()
    })
  }

  #sendSamples(): void {
    for (const listener of this.#listeners) {
      const samples = listener.takeSamples()
      // No id: samples are not in the ring, and the id of the last other event stays the page's place.
      if (samples.length > 0 && !listener.send(`event: sample\ndata: ${JSON.stringify(samples)}\n\n`))
        this.remove(listener)
    }
  }

  /** One after the other, so that a run on thousands of nodes is read once at a time however often it changes. */
  async #build(): Promise<void> {
    if (this.#building) return
    this.#building = true
    const builds = [...this.#changed.values()]
    this.#changed.clear()
    for (const build of builds) await build().catch(this.#failed)
    this.#building = false
    if (this.#changed.size > 0) this.#soon()
  }

  #heartbeat(): void {
    for (const listener of this.#listeners) if (!listener.send(': here\n\n')) this.remove(listener)
    if (!this.#isKept()) this.#ring.forget()
    this.#stopHeartbeat = this.#desk.clock.after(heartbeatMs, () => this.#heartbeat())
  }
}
