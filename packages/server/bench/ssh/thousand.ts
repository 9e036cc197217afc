import { startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { type Bench, rowsOf } from '../bench.ts'
import { numberOf, readOptions } from '../options.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { readyMadeCounters } from './fleet.ts'
import { lostNote, memoryNote, withLoop } from './loop-part.ts'

const periodMs = 10_000
const countersEach = 10
/** 1,000 handshakes are some 40 s of two cores, both sides together. */
const connectLimitMs = 180_000
/** After this the fleet is to be whole: rounds lost until then are the connecting's. */
const firstMs = 60_000

/** A big fleet in one process: every connection open, every round whole. */
export const sshThousandBench: Bench = {
  name: 'ssh-1000',
  summary:
    '1,000 open SSH nodes in one process, 10 ready-made counters each every 10 s: memory, lost rounds. --nodes 1000 --seconds 60 --profile FILE',
  async run(args) {
    const given = readOptions(args, ['nodes', 'seconds', 'profile'])
    const wish = {
      nodes: numberOf('nodes', given.nodes, 1_000),
      forMs: numberOf('seconds', given.seconds, 60) * 1_000,
      profile: given.profile ?? null,
    }
    const sshd = await startSshdNode({ anyAddress: true })
    try {
      return await measure(sshd, wish)
    } finally {
      await sshd.stop()
    }
  },
}

async function measure(
  sshd: Awaited<ReturnType<typeof startSshdNode>>,
  { nodes, forMs, profile }: { nodes: number; forMs: number; profile: string | null },
) {
  const row = rowsOf('ssh-1000')
  return await withLoop(sshd, nodes, async (part) => {
    const counters = readyMadeCounters(countersEach, periodMs)
    const connecting = await part.ask({ kind: 'observe', counters, rounds: 1, limitMs: connectLimitMs })
    if (connecting.wallS * 1_000 < firstMs)
      await part.ask({ kind: 'measure', forMs: firstMs - connecting.wallS * 1_000, profile: null })
    const targetBefore = cpuSecondsOf(sshd.processes())
    const got = await part.ask({ kind: 'measure', forMs, profile })
    const targetS = cpuSecondsOf(sshd.processes()) - targetBefore
    const { rssMb, pssMb } = memoryMbOf(part.pid)
    const note = `${nodes} nodes × ${countersEach} every ${periodMs / 1_000} s, ${got.values} values`
    return [
      row('nodes that answered', connecting.readyNodes, 'nodes', { note: `of ${nodes}` }),
      row('time until all had answered', connecting.wallS, 's', {
        note: 'both sides of every handshake on this machine',
      }),
      row('own time to connect', (connecting.cpuS * 1_000) / nodes, 'CPU-ms a node', {
        note: 'its first rounds included',
      }),
      row('memory', rssMb, 'MB RSS', { atMost: 250, note: `${pssMb.toFixed(0)} MB PSS; ${memoryNote(got)}` }),
      row('lost rounds', got.skippedRounds + got.failedRounds, 'rounds', {
        atMost: 0,
        note: `${lostNote(got)}; ${Math.round((nodes * forMs) / periodMs)} were due`,
      }),
      row('own', (got.cpuS * 1_000) / got.values, 'CPU-s per 1,000 values', { atMost: 0.06, note }),
      row('target', (targetS * 1_000) / got.values, 'CPU-s per 1,000 values', { atMost: 0.5 }),
      row('a round, median', got.tookMedianMs, 'ms', { note: `95 % within ${got.tookP95Ms.toFixed(1)} ms` }),
    ]
  })
}
