import { type Memcached, startMemcached } from '@tscaler/rehearsal/memcached.ts'
import { embeddedRecent } from '../src/keep/recent/embedded/embedded.ts'
import { openMemcached } from '../src/keep/recent/memcached/memcached.ts'
import type { Latest, Recent } from '../src/keep/recent/recent.ts'
import { systemClock } from '../src/model/clock.ts'
import { type SeriesId, seriesId } from '../src/model/sample.ts'
import { type Bench, type BenchRow, rowsOf } from './bench.ts'

const SAMPLES_A_ROUND = 10 // a node's counters, put together
const NODES = 1_000
const TURNS = 200 // two million samples
const SERVERS = 3

/** What putting the latest samples costs this process: making the keys, sending, and reading the answers. */
export const recentBench: Bench = {
  name: 'recent',
  summary: `Puts ${TURNS} × ${NODES * SAMPLES_A_ROUND} samples into this process, into one memcached and into ${SERVERS}. Argument: turns.`,
  async run(args) {
    const turns = Number(args[0] ?? TURNS)
    const servers = await Promise.all(Array.from({ length: SERVERS }, () => startMemcached()))
    try {
      return [
        ...(await measure('in this process', embeddedRecent(), turns)),
        ...(await measure('one memcached', await open(servers.slice(0, 1)), turns)),
        ...(await measure(`${SERVERS} memcacheds`, await open(servers), turns)),
      ]
    } finally {
      await Promise.all(servers.map((server) => server.stop()))
    }
  },
}

async function open(servers: readonly Memcached[]): Promise<Recent> {
  const outside = { keys: 'second', zone: 'UTC', prefix: '' } as const
  const recent = openMemcached({ servers, outside, clock: systemClock, warn: (message) => console.warn(message) })
  while (recent.trouble() !== null) await new Promise((resume) => setImmediate(resume))
  return recent
}

async function measure(where: string, recent: Recent, turns: number): Promise<BenchRow[]> {
  const rounds = makeRounds()
  let at = 1_700_000_000_000
  const cpu = process.cpuUsage()
  for (let turn = 0; turn < turns; turn++) {
    at += 10_000
    for (const round of rounds) {
      for (const { latest } of round) latest.at = at
      recent.put(round)
    }
    // Waits until all is answered; a fleet's rounds are spread over the period instead.
    await recent.forget([])
  }
  const used = process.cpuUsage(cpu)
  const all = rounds.flat().map(({ series }) => series)
  const startedAt = systemClock.monotonic()
  const found = await recent.findMany(all)
  const readMs = systemClock.monotonic() - startedAt
  await recent.close()
  if (found.size !== all.length) throw new Error(`${where}: ${found.size} of ${all.length} series were found`)
  const thousands = (turns * all.length) / 1_000
  const row = rowsOf('recent')
  const goal = where === 'in this process' ? {} : { atMost: 10 }
  return [
    row(`processor time to put, ${where}`, (used.user + used.system) / 1_000 / thousands, 'CPU-ms per 1,000 samples', {
      ...goal,
      note: 'three keys a sample',
    }),
    row(`read ${all.length} series, ${where}`, readMs, 'ms'),
  ]
}

function makeRounds(): { series: SeriesId; latest: Latest }[][] {
  return Array.from({ length: NODES }, (_, node) =>
    Array.from({ length: SAMPLES_A_ROUND }, (_, counter) => ({
      series: seriesId({ counter: counter + 1, node: node + 1 }),
      latest: { at: 0, value: Math.round((node + counter) * 1.37 * 100) / 100, failure: null, text: null, hits: 0 },
    })),
  )
}
