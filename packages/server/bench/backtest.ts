import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { aCluster, aCounter, acting, aNode, aTrigger, effects } from '../src/decide/fixtures.ts'
import { feed, type Hearer } from '../src/desk/backtest/feed.ts'
import type { Scene } from '../src/desk/backtest/scene.ts'
import { Trials } from '../src/desk/backtest/trials.ts'
import { embeddedHistory } from '../src/keep/history/embedded/embedded.ts'
import type { History, Kept } from '../src/keep/history/history.ts'
import { systemClock } from '../src/model/clock.ts'
import { FakeClock } from '../src/model/fake-clock.ts'
import { type Bench, type BenchRow, rowsOf } from './bench.ts'

const PERIOD_MS = 10_000
const DAY_MS = 86_400_000
const startAt = Date.UTC(2026, 0, 1)

/** What a backtest takes, and how long the loop waits beside it. */
export const backtestBench: Bench = {
  name: 'backtest',
  summary:
    'Backtests over 24 h of 10 series and 30 days of 100, at 10 s, from samples.db. Arguments: days, series of the larger one.',
  async run(args) {
    const large = { days: Number(args[0] ?? 30), series: Number(args[1] ?? 100) }
    return [...(await measure({ days: 1, series: 10 }, 2)), ...(await measure(large, undefined))]
  },
}

interface Size {
  days: number
  series: number
}

async function measure(size: Size, atMost: number | undefined): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-backtest-'))
  const clock = new FakeClock(startAt)
  const history = embeddedHistory({ path: join(folder, 'samples.db'), clock, note: (text) => console.warn(text) })
  try {
    await fill(history, size)
    const what = `${size.days} days × ${size.series} series`
    const row = rowsOf('backtest')
    const one = await timed(history, size, 1)
    const sweep = await timed(history, size, 12)
    const samples = (size.days * DAY_MS * size.series) / PERIOD_MS
    return [
      row(`${what}, one setting`, one.seconds, 's', { atMost, note: `${samples} samples, ${one.fires} fires` }),
      row(`${what}, processor time of both threads`, one.cpuS, 'CPU-s', { note: 'reading the history included' }),
      row(`${what}, longest wait of the event loop`, one.delayMs, 'ms', { atMost: 50 }),
      row(`${what}, longest work without a turn for others`, one.longestMs, 'CPU-ms', { atMost: 50 }),
      row(`${what}, a sweep of 12`, sweep.seconds, 's', { note: '4 thresholds × 3 Timings' }),
      row(`${what}, longest wait of the event loop in the sweep`, sweep.delayMs, 'ms', { atMost: 50 }),
      row(`${what}, longest work without a turn in the sweep`, sweep.longestMs, 'CPU-ms', { atMost: 50 }),
      row(`${what}, memory added`, one.memoryMb, 'MB', { note: 'most of the whole process, over before' }),
    ]
  } finally {
    await history.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A load that wanders, with 2 % of the samples over the threshold in stretches, one in two hundred failing. */
async function fill(history: History, { days, series }: Size): Promise<void> {
  const rounds = (days * DAY_MS) / PERIOD_MS
  for (let node = 1; node <= series; node++) {
    const samples: Kept[] = []
    for (let round = 0; round < rounds; round++) {
      const at = startAt + round * PERIOD_MS + ((node * 7 + round * 13) % 97)
      const failure = (node * 31 + round) % 200 === 0 ? 1 : 0
      const isHigh = (round + node * 500) % 3_000 < 60
      samples.push({ series: `1.${node}`, at, value: failure ? Number.NaN : isHigh ? 5.5 : 1.25, failure, hits: 0 })
      if (samples.length === 20_000) {
        history.append(samples.splice(0))
        await history.flush()
      }
    }
    history.append(samples)
    await history.flush()
  }
}

async function timed(history: History, { days, series }: Size, settings: number) {
  const cluster = aCluster({ max: 100_000 })
  const limits = [3, 4, 5, 6]
  const wanted = Array.from({ length: settings }, (_, index) => {
    const threshold = { comparison: '>', limit: limits[index % limits.length] ?? 4 } as const
    const timingMs = 120_000 * (1 + Math.floor(index / limits.length))
    const trigger = aTrigger({ timingMs, counters: [{ counterId: 1, threshold }], actions: acting('grow') })
    return { trigger, cluster, threshold: null, timing: null }
  })
  const trials = new Trials(sceneOf(series, cluster), wanted, { fromAt: startAt, runMs: 60_000, nodes: 2 })
  const toAt = startAt + days * DAY_MS
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const before = process.memoryUsage().rss
  let most = before
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 50)
  delay.enable()
  const [beganAt, cpu] = [systemClock.monotonic(), process.cpuUsage()]
  let longestMs = 0
  const measured: Hearer = {
    read(...window) {
      const from = process.threadCpuUsage()
      trials.read(...window)
      const { user, system } = process.threadCpuUsage(from)
      longestMs = Math.max(longestMs, (user + system) / 1_000)
    },
    blockEnds: (...block) => trials.blockEnds(...block),
  }
  await feed(history, { fromAt: startAt, toAt, periodMs: trials.periodMs }, measured)
  const seconds = (systemClock.monotonic() - beganAt) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  delay.disable()
  clearInterval(watching)
  return {
    seconds,
    cpuS: (user + system) / 1e6,
    longestMs,
    delayMs: delay.max / 1e6,
    memoryMb: (most - before) / 1e6,
    fires: trials.summaryOf(0, toAt).fires,
  }
}

function sceneOf(series: number, cluster: Scene['cluster']): Scene {
  const nodes = Array.from({ length: series }, (_, index) => aNode({ id: index + 1, name: `n${index + 1}` }))
  return {
    cluster,
    counters: new Map([[1, aCounter()]]),
    nodes,
    goneNodes: 0,
    jvmNames: new Map(),
    jvmsOf: () => [],
    effects,
    growing: [],
    change: { added: 1, removed: 0 },
    nodesNow: 2,
    otherNodes: 0,
  }
}
