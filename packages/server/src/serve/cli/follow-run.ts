import { type LiveEvents, missedEvent } from '../../wire/events.ts'
import type { Run } from '../../wire/runs.ts'
import { apiPath } from './client.ts'
import type { EventText } from './event-stream.ts'
import { lineText, newLines, type PlacedLine, SeenLines } from './run-log.ts'
import { hasEnded, runTitle, stateTone } from './run-text.ts'
import { stayConnected } from './stay-connected.ts'
import { sentence } from './text.ts'
import { lasted } from './when.ts'
import type { Work } from './work.ts'

/** Shows a run's states and log as they come, until it has ended; gives the run as it ended. Goes on over broken connections. */
export function followRun(work: Work, id: number): Promise<Run> {
  const following = new Following(work, id)
  return stayConnected(work, (connected) => following.whileConnected(connected))
}

class Following {
  readonly #work: Work
  readonly #id: number
  readonly #seen = new SeenLines()
  readonly #states = new Map<string, string>()
  #lastEventId: string | undefined
  #run: Run | undefined

  constructor(work: Work, id: number) {
    this.#work = work
    this.#id = id
  }

  /** Undefined where the connection ended before the run did. */
  async whileConnected(connected: () => void): Promise<Run | undefined> {
    const { client } = this.#work
    const stop = new AbortController()
    try {
      const request = { path: '/live', query: { topics: 'run,step,log' }, lastEventId: this.#lastEventId }
      const events = await client.events(request, stop.signal)
      connected()
      // Read after live began, so that nothing falls between the two.
      if (await this.#catchUp()) return this.#run
      for await (const event of events) {
        this.#lastEventId = event.id ?? this.#lastEventId
        if (await this.#take(event)) return this.#run
      }
      return undefined
    } finally {
      stop.abort()
    }
  }

  /** Reads the run and the log that was missed; whether the run has ended. */
  async #catchUp(): Promise<boolean> {
    const run = await this.#work.client.ask<Run>({ path: apiPath('/runs/{}', this.#id) })
    const isFirst = this.#run === undefined
    this.#run = run
    if (isFirst && !this.#work.out.json) this.#work.out.line(`${runTitle(run)}: ${sentence(run.cause.text)}`, 'strong')
    for await (const placed of newLines(this.#work.client, run, this.#seen)) this.#tellLine(placed)
    this.#tellStates(run)
    return hasEnded(run)
  }

  async #take({ event, data }: EventText): Promise<boolean> {
    if (event === missedEvent) return this.#catchUp()
    if (event === 'log') this.#takeLog(JSON.parse(data) as LiveEvents['log'])
    if (event === 'step') this.#takeStep(JSON.parse(data) as LiveEvents['step'])
    if (event !== 'run') return false
    const run = JSON.parse(data) as Run
    if (run.id !== this.#id) return false
    // The last lines may still be on their way when the run ends.
    if (hasEnded(run)) return this.#catchUp()
    this.#run = run
    this.#tellStates(run)
    return false
  }

  #takeLog({ run, step, node, lines }: LiveEvents['log']): void {
    if (run !== this.#id) return
    const tasks = this.#run?.steps.find(({ n }) => n === step)?.tasks ?? []
    const known = tasks.find((task) => task.node?.id === node)?.node
    const place = node === null ? null : (known ?? { id: node, name: `node ${node}` })
    for (const line of lines) if (this.#seen.take(step, node, line)) this.#tellLine({ run, step, node: place, line })
  }

  #takeStep({ run, step }: LiveEvents['step']): void {
    if (run !== this.#id || this.#run === undefined) return
    const steps = this.#run.steps.map((known) => (known.n === step.n ? step : known))
    this.#run = { ...this.#run, steps }
    this.#tellStates(this.#run)
  }

  #tellLine(placed: PlacedLine): void {
    const { out } = this.#work
    if (out.json) out.jsonLine({ event: 'log', log: placed })
    else if (this.#run) out.line(lineText(this.#run, placed), placed.line.stream === 'err' ? 'warn' : undefined)
  }

  #tellStates(run: Run): void {
    const { out, io } = this.#work
    const now = io.clock.now()
    let isChanged = false
    for (const { n, action, state, startedAt, endedAt, tasks } of run.steps) {
      if (state === 'planned' || !this.#isNew(`step ${n}`, state)) continue
      isChanged = true
      const took = endedAt === null ? '' : ` (${lasted(startedAt, endedAt, now)})`
      if (!out.json) out.line(`step ${n} ${action.name}: ${state}${took}`, stateTone(state))
      if (!out.json)
        for (const { node, error } of tasks) if (error) out.line(`  ${node ? `${node.name}: ` : ''}${error}`, 'bad')
    }
    if (this.#isNew('run', `${run.state} ${run.note}`)) {
      isChanged = true
      const took = run.endedAt === null ? '' : ` after ${lasted(run.startedAt, run.endedAt, now)}`
      if (!out.json)
        out.line(`Run ${run.id} ${run.state}${took}${run.note ? `: ${sentence(run.note)}` : '.'}`, stateTone(run.state))
    }
    if (isChanged && out.json) out.jsonLine({ event: 'run', run })
  }

  #isNew(what: string, state: string): boolean {
    if (this.#states.get(what) === state) return false
    this.#states.set(what, state)
    return true
  }
}
