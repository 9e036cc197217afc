import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { numberOf, readOptions } from '../options.ts'
import { cpuSecondsOf, memoryMbOf, treeOf } from '../processes.ts'
import { type Product, startProduct } from './product.ts'

/** How soon the product is there when it is started again, and what it holds while nobody looks. */
export const startBench: Bench = {
  name: 'start',
  summary: '`npm start` a second time → the page is served; memory after a minute of watching this machine. --idle 60',
  async run(args) {
    const idleS = numberOf('idle', readOptions(args, ['idle']).idle, 60)
    const folder = await mkdtemp(join(tmpdir(), 'bench-start-'))
    try {
      return await measure(folder, idleS * 1_000)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** Of several starts the median: files that were read once come from memory, as on a machine that restarts its service. */
const starts = 3

async function measure(folder: string, idleMs: number): Promise<BenchRow[]> {
  // Builds, makes the data folder, fills Node's cache of compiled code.
  await (await startProduct(folder)).stop()
  const readyMs: number[] = []
  let product: Product | undefined
  for (let n = 0; n < starts; n += 1) {
    await product?.stop()
    product = await startProduct(folder)
    readyMs.push(product.readyMs)
  }
  if (product === undefined) throw new Error('nothing was started')
  try {
    const cpuBefore = cpuSecondsOf(treeOf(product.pid))
    await new Promise((resolve) => setTimeout(resolve, idleMs))
    return rowsFor(product, readyMs, { idleMs, cpuS: cpuSecondsOf(treeOf(product.pid)) - cpuBefore })
  } finally {
    await product.stop()
  }
}

function rowsFor(product: Product, readyMs: number[], { idleMs, cpuS }: { idleMs: number; cpuS: number }): BenchRow[] {
  const row = rowsOf('start')
  readyMs.sort((a, b) => a - b)
  const all = treeOf(product.pid).map((pid) => ({ pid, ...memoryMbOf(pid) }))
  const own = all.filter(({ pid }) => pid !== product.npmPid)
  const pssMb = (some: typeof all) => some.reduce((sum, one) => sum + one.pssMb, 0)
  const rssMb = own.reduce((sum, one) => sum + one.rssMb, 0)
  return [
    row('npm start → /healthz and / answered', (readyMs[1] ?? 0) / 1_000, 's', {
      atMost: 3,
      note: `median of ${starts}, npm included; worst ${((readyMs.at(-1) ?? 0) / 1_000).toFixed(2)} s`,
    }),
    row('memory, idle', pssMb(own), 'MB PSS', {
      atMost: 130,
      note: `${own.length} processes, ${rssMb.toFixed(0)} MB RSS, after ${idleMs / 1_000} s of watching this machine`,
    }),
    row('memory of npm itself', pssMb(all) - pssMb(own), 'MB PSS', {
      note: 'it waits for the end; a service needs none',
    }),
    row('processor, idle', (cpuS * 1e5) / idleMs, '% of a core'),
  ]
}
