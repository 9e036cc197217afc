import type { LiveEvents, LiveTopic } from '../../server/src/wire/events.ts'

/** What a page knows of the line to the server. */
export interface Line {
  /** `away`: no answer since `since`; what is shown is from then. */
  state: 'connecting' | 'open' | 'away'
  since: number
}

type Hear = { [Topic in LiveTopic]: (payload: LiveEvents[Topic]) => void }

/** All pages hear these; `log` and `sample` cost more and are asked for. */
const alwaysTopics: LiveTopic[] = ['hits', 'run', 'step', 'node', 'alert']
/** The server names at most so many series to one page. */
const seriesMax = 1_000
/** Parts of a page come and go together: one new connection for all of them. */
const settleMs = 150
/** The browser's own retry ends where the server refuses; then this, doubled up to the greatest. */
const retryMs = 2_000
const retryMsMax = 30_000

/**
 * One connection of server-sent events a page. Who wants samples or logs says so; the connection is renewed with the sum of what is
 * wanted, the new one opened before the old one is closed, so that nothing is missed in between.
 */
class Live {
  #source: EventSource | null = null
  #line: Line = { state: 'connecting', since: Date.now() }
  #retryMs = retryMs
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #watchers = new Set<() => void>()
  readonly #hearers = new Map<string, Set<(payload: never) => void>>()
  readonly #wanted = new Map<object, { series: readonly string[]; log: boolean }>()

  /** Begins; without somebody signed in the server would refuse. */
  start(): void {
    if (this.#source === null) this.#open()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = null
  }

  /** Calls `hear` for each event of a topic until the returned function is called. */
  on<Topic extends LiveTopic | 'missed'>(
    topic: Topic,
    hear: Topic extends LiveTopic ? Hear[Topic] : () => void,
  ): () => void {
    const hearers = this.#hearers.get(topic) ?? new Set()
    this.#hearers.set(topic, hearers)
    const own = hear as (payload: never) => void
    hearers.add(own)
    return () => void hearers.delete(own)
  }

  /** Wants samples of series, or logs, until the returned function is called. */
  want(wanted: { series?: readonly string[]; log?: boolean }): () => void {
    const key = {}
    this.#wanted.set(key, { series: wanted.series ?? [], log: wanted.log ?? false })
    this.#renewSoon()
    return () => {
      this.#wanted.delete(key)
      this.#renewSoon()
    }
  }

  line(): Line {
    return this.#line
  }

  watchLine(watch: () => void): () => void {
    this.#watchers.add(watch)
    return () => void this.#watchers.delete(watch)
  }

  /** Said by the fetchers too: a server that does not answer them is away, whatever this connection believes. */
  say(state: Line['state'], at = Date.now()): void {
    if (state === this.#line.state) return
    this.#line = { state, since: at }
    for (const watch of this.#watchers) watch()
  }

  /** A fetcher got an answer: the server is back, perhaps before this connection noticed that it was away. */
  heardAnswer(): void {
    if (this.#line.state !== 'away' || this.#source?.readyState !== EventSource.OPEN) return
    this.say('open')
    this.#tell('missed', {})
  }

  #renewSoon(): void {
    if (this.#source === null) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (this.#source !== null && this.#source.url !== new URL(this.#address(), location.href).href) this.#open()
    }, settleMs)
  }

  #address(): string {
    const wanted = [...this.#wanted.values()]
    const series = [...new Set(wanted.flatMap((one) => one.series))].slice(0, seriesMax).sort()
    const topics = [...alwaysTopics, ...(wanted.some(({ log }) => log) ? ['log'] : []), 'sample']
    return `/api/v1/live?topics=${topics.join(',')}&series=${series.join(',')}`
  }

  #open(): void {
    const before = this.#source
    const source = new EventSource(this.#address())
    this.#source = source
    source.addEventListener('open', () => {
      before?.close()
      this.#retryMs = retryMs
      const wasAway = this.#line.state === 'away'
      this.say('open')
      // A new connection, unlike one that the browser resumed, does not know what it missed.
      if (wasAway && before !== null) this.#tell('missed', {})
    })
    source.addEventListener('error', () => this.#failed(source, before))
    for (const topic of [...alwaysTopics, 'log', 'sample', 'missed']) {
      source.addEventListener(topic, ({ data }: MessageEvent<string>) => this.#tell(topic, JSON.parse(data)))
    }
  }

  #failed(source: EventSource, before: EventSource | null): void {
    if (source !== this.#source) return
    this.say('away')
    if (source.readyState !== EventSource.CLOSED) return
    before?.close()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#open(), this.#retryMs)
    this.#retryMs = Math.min(retryMsMax, this.#retryMs * 2)
  }

  #tell(topic: string, payload: unknown): void {
    for (const hear of this.#hearers.get(topic) ?? []) hear(payload as never)
  }
}

export const live = new Live()
