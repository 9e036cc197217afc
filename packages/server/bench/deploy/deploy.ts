import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { numberOf, readOptions } from '../options.ts'
import { fsyncMs } from '../reaction/disk.ts'
import { quantile } from '../statistics.ts'
import { measureManyNodes } from './many-nodes.ts'
import { type Length, startOwnTime } from './own-time.ts'
import { measureRealTime } from './real-time.ts'

/** What tscaler itself adds to a deployment and to a step on many nodes. */
export const deployBench: Bench = {
  name: 'deploy',
  summary:
    'A deployment in seven steps with others that answer at once, and a script of 1 s on 50 nodes. --runs 20 --nodes 50',
  async run(args) {
    const given = readOptions(args, ['runs', 'nodes'])
    const runs = numberOf('runs', given.runs, 20)
    const nodes = numberOf('nodes', given.nodes, 50)
    return [...(await ownRows(runs)), ...(await realRows()), ...(await manyRows(nodes))]
  },
}

const row = rowsOf('deploy')

/** The first runs load and compile what later ones use. */
const warmRuns = 3

async function ownRows(runs: number): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-deploy-'))
  try {
    const diskMs = await fsyncMs(folder)
    const own = await startOwnTime(folder)
    const taken: { grow: Length; shrink: Length }[] = []
    try {
      for (let n = 0; n < runs + warmRuns; n += 1) {
        const both = { grow: await own.run('grow'), shrink: await own.run('shrink') }
        if (n >= warmRuns) taken.push(both)
      }
    } finally {
      await own.close()
    }
    const of = (trigger: 'grow' | 'shrink', part: keyof Length, share: number) =>
      quantile(
        taken.map((one) => one[trigger][part]),
        share,
      )
    const note = `cloud, machines and mail answer at once, so all of it is tscaler's; ${runs} runs after ${warmRuns} others`
    return [
      row('seven steps, own time, median', of('grow', 'wholeMs', 0.5), 'ms', { atMost: 300, note }),
      row('seven steps, own time, worst', of('grow', 'wholeMs', 1), 'ms'),
      row('… of it the step that deploys, median', of('grow', 'firstMs', 0.5), 'ms'),
      row('the way back, own time, median', of('shrink', 'wholeMs', 0.5), 'ms', {
        note: 'script, removal, script on the cluster, mail',
      }),
      row('one write with fsync, median', diskMs, 'ms', { note: 'the disk itself, 4 KiB appended' }),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function realRows(): Promise<BenchRow[]> {
  const { wholeMs, betweenMs, deployMs } = await measureRealTime()
  return [
    row('the same over SSH, HTTP and SMTP, median', wholeMs, 'ms', {
      note: 'others included: pretend cloud that starts a real sshd, scripts that do nothing, a mail server that waits 100 ms; 5 runs',
    }),
    row('… of it the step that deploys, median', deployMs, 'ms'),
    row('… of it between the steps, median', betweenMs, 'ms'),
  ]
}

async function manyRows(nodes: number): Promise<BenchRow[]> {
  const measured = await measureManyNodes(nodes)
  return measured.map(({ parallel, tookMs, plainMs, idealMs }) =>
    row(`1 s on ${nodes} nodes, parallel ${parallel}: added`, tookMs - plainMs, 'ms', {
      note: `took ${seconds(tookMs)}, bare SSH ${seconds(plainMs)}, the limit alone ${seconds(idealMs)}; the best of 3, all nodes are this machine`,
    }),
  )
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
