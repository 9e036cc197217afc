import type { Clock } from '../../../model/clock.ts'
import { randomHex } from '../../../model/ids.ts'
import type { SeriesId } from '../../../model/sample.ts'
import type { Latest, Recent } from '../recent.ts'
import { CacheServer, type Warn } from './cache-server.ts'
import { ketama, type Place } from './ketama.ts'
import { type OutsideForm, outsideKeys } from './outside-keys.ts'
import { type CacheRecord, formatRecord, parseRecord } from './record.ts'

/** How recent values in Memcached are opened. */
export interface MemcachedOptions {
  servers: readonly Place[]
  outside: OutsideForm
  clock: Clock
  warn: Warn
}

// As the design's keys: who looks a day later looks into the history.
const expiryS = 86_400
/** In front of all keys that tscaler reads back. */
const ownPrefix = 'tscaler.'

/**
 * Latest values in one or more servers of Memcached 1.6 or newer, and the design's keys beside them, which are written for outside
 * readers and never read back. A server that is away loses its series and nobody waits for it.
 */
export function openMemcached({ servers, outside, clock, warn }: MemcachedOptions): Recent {
  return new MemcachedRecent(
    servers.map((at) => new CacheServer({ at, clock, warn })),
    ketama(servers),
    outside,
  )
}

class MemcachedRecent implements Recent {
  readonly #servers: readonly CacheServer[]
  readonly #placeOf: (key: string) => number
  readonly #outside: ReturnType<typeof outsideKeys>
  readonly #prefix: string
  readonly #writer = randomHex(6)
  #sequence = 0
  /** What this process put last, by which it tells what is older; a write that was delayed may come after all. */
  readonly #last = new Map<SeriesId, { sequence: number; at: number }>()

  constructor(servers: readonly CacheServer[], placeOf: (key: string) => number, outside: OutsideForm) {
    this.#servers = servers
    this.#placeOf = placeOf
    this.#outside = outsideKeys(outside)
    this.#prefix = `${ownPrefix}${outside.prefix}`
  }

  put(entries: readonly { series: SeriesId; latest: Latest }[]): void {
    for (const { series, latest } of entries) {
      const sequence = ++this.#sequence
      this.#last.set(series, { sequence, at: latest.at })
      const [key, hitsKey] = [this.#ownKey(series), this.#outside.hitsKey(series)]
      const text = formatRecord({ latest, writer: this.#writer, sequence })
      this.#serverOf(key).write(setCommand(key, text, Buffer.byteLength(text)), [key])
      this.#writeOutside(hitsKey, `${latest.hits}`)
      if (latest.value !== null) this.#writeOutside(this.#outside.valueKey(series, latest.at), `${latest.value}`)
    }
  }

  async find(series: SeriesId): Promise<Latest | undefined> {
    return (await this.findMany([series])).get(series)
  }

  async findMany(series: readonly SeriesId[]): Promise<Map<SeriesId, Latest>> {
    const byServer = new Map<CacheServer, string[]>()
    for (const one of series) {
      const key = this.#ownKey(one)
      const server = this.#serverOf(key)
      const keys = byServer.get(server)
      if (keys) keys.push(key)
      else byServer.set(server, [key])
    }
    const read = await Promise.all([...byServer].map(([server, keys]) => server.read(keys)))
    const found = new Map<SeriesId, Latest>()
    for (const values of read) {
      for (const [key, text] of values) {
        const [one, record] = [key.slice(this.#prefix.length), parseRecord(text)]
        if (record && this.#isNewest(one, record)) found.set(one, record.latest)
      }
    }
    return found
  }

  async forget(series: readonly SeriesId[]): Promise<void> {
    for (const one of series) {
      this.#last.delete(one)
      const [key, hitsKey] = [this.#ownKey(one), this.#outside.hitsKey(one)]
      this.#serverOf(key).write(deleteCommand(key), [key])
      this.#serverOf(hitsKey).write(deleteCommand(hitsKey), [])
    }
    await Promise.all(this.#servers.map((server) => server.settled()))
  }

  trouble(): string | null {
    const texts = this.#servers.map((server) => server.trouble()).filter((text) => text !== null)
    return texts.length === 0 ? null : texts.join(' ')
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.close()))
  }

  #writeOutside(key: string, text: string): void {
    this.#serverOf(key).write(setCommand(key, text, text.length), [])
  }

  #ownKey(series: SeriesId): string {
    return `${this.#prefix}${series}`
  }

  #serverOf(key: string): CacheServer {
    const server = this.#servers[this.#placeOf(key)]
    if (!server) throw new Error('the ring names a server that is not there')
    return server
  }

  /** Whether nothing newer is known here: of a record that was replaced, or meant to be, the hits are too many. */
  #isNewest(series: SeriesId, { writer, sequence, latest }: CacheRecord): boolean {
    const last = this.#last.get(series)
    if (!last) return true
    return writer === this.#writer ? sequence === last.sequence : latest.at > last.at
  }
}

/** `T`: expiry; `q`: no word where it is done. */
function setCommand(key: string, text: string, bytes: number): string {
  return `ms ${key} ${bytes} T${expiryS} q\r\n${text}\r\n`
}

function deleteCommand(key: string): string {
  return `md ${key} q\r\n`
}
