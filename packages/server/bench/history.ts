import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedHistory } from '../src/keep/history/embedded/embedded.ts'
import type { History, Kept } from '../src/keep/history/history.ts'
import { systemClock } from '../src/model/clock.ts'
import { FakeClock } from '../src/model/fake-clock.ts'
import { seriesId } from '../src/model/sample.ts'
import { type Bench, type BenchRow, rowsOf } from './bench.ts'

const SERIES = 2_000 // 200 nodes of ten counters
const ROUNDS = 2_160 // six hours at the default period of 10 s
const PERIOD_MS = 10_000
const READ_SERIES = 10 // a page of graphs

/** What keeping samples costs: processor time of the whole process, the writing thread included, space and reading. */
export const historyBench: Bench = {
  name: 'history',
  summary: `Keeps ${SERIES} series × ${ROUNDS} rounds in samples.db and reads ${READ_SERIES} of them. Arguments: series, rounds.`,
  async run(args) {
    const [series, rounds] = [Number(args[0] ?? SERIES), Number(args[1] ?? ROUNDS)]
    const folder = await mkdtemp(join(tmpdir(), 'bench-history-'))
    try {
      return await measure(join(folder, 'samples.db'), { series, rounds })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measure(path: string, { series, rounds }: { series: number; rounds: number }): Promise<BenchRow[]> {
  const clock = new FakeClock()
  const startAt = clock.now()
  const history = embeddedHistory({ path, clock, note: (text) => console.warn(text) })
  const samples = makeSamples(series)
  const [cpu, wallAt] = [process.cpuUsage(), systemClock.monotonic()]
  for (let round = 0; round < rounds; round++) {
    nextRound(samples, clock.now(), round)
    history.append(samples)
    clock.advance(PERIOD_MS)
    await history.flush() // one journal row a round, as with one tick a round
  }
  const used = process.cpuUsage(cpu)
  const wallS = (systemClock.monotonic() - wallAt) / 1_000
  const [readMs, coldMs] = await readTimes(history, samples, { from: startAt, to: clock.now() })
  const rolling = process.cpuUsage()
  await history.retain(clock.now())
  const rolled = process.cpuUsage(rolling)
  await history.close()
  const { size } = await stat(path)
  const count = series * rounds
  const row = rowsOf('history')
  return [
    row('processor time to keep', (used.user + used.system) / count, 'CPU-s per million samples', {
      atMost: 1.5,
      note: 'making the values included',
    }),
    row('processor time to roll up', (rolled.user + rolled.system) / count, 'CPU-s per million samples', {
      note: 'once a day',
    }),
    row('wall time to keep', wallS, 's', { note: `${count} samples` }),
    row('space', size / count, 'bytes a sample', { note: 'rollups and journal included' }),
    row(`read ${READ_SERIES} series × ${rounds} points`, coldMs, 'ms', { note: 'the first time' }),
    row(`read ${READ_SERIES} series × ${rounds} points`, readMs, 'ms', { note: 'median of 20' }),
  ]
}

function makeSamples(series: number): Kept[] {
  return Array.from({ length: series }, (_, n) => ({
    series: seriesId({ counter: 1 + (n % 10), node: 1 + Math.floor(n / 10) }),
    at: 0,
    value: 0,
    failure: 0,
    hits: 0,
  }))
}

/** Loads with two decimals that wander, at instants that jitter, one in two hundred failing. */
function nextRound(samples: Kept[], at: number, round: number): void {
  for (let n = 0; n < samples.length; n++) {
    const sample = samples[n]
    if (!sample) continue
    sample.at = at + ((n * 7 + round * 13) % 97)
    sample.value = Math.round((2 + Math.sin((n + round) / 50)) * 1_000) / 100
    sample.failure = (n * 31 + round) % 200 === 0 ? 1 : 0
    if (sample.failure !== 0) sample.text = 'timed out after 3 s'
    sample.hits = sample.value > 29 ? round % 30 : 0
  }
}

async function readTimes(history: History, samples: readonly Kept[], { from, to }: { from: number; to: number }) {
  const times: number[] = []
  for (let turn = 0; turn < 20; turn++) {
    const startedAt = systemClock.monotonic()
    const own = samples.slice(turn * READ_SERIES, (turn + 1) * READ_SERIES)
    await Promise.all(own.map(({ series }) => history.range(series, from, to)))
    times.push(systemClock.monotonic() - startedAt)
  }
  const cold = times[0] ?? Number.NaN
  return [times.sort((a, b) => a - b)[10] ?? Number.NaN, cold] as const
}
