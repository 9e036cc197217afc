import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bench, type BenchRow, rowsOf } from '../bench.ts'
import { numberOf, readOptions } from '../options.ts'
import { quantile } from '../statistics.ts'
import { fsyncMs } from './disk.ts'
import { type Reaction, startReactions } from './reactions.ts'

/** The time from a sample to the process that acts on it, everything between them stored as the product stores it. */
export const reactionBench: Bench = {
  name: 'reaction',
  summary:
    'Sample received → the first action’s process started, intent stored with synchronous FULL. --fires 100 --folder (default: the temporary one)',
  async run(args) {
    const given = readOptions(args, ['fires', 'folder'])
    const fires = numberOf('fires', given.fires, 100)
    const folder = await mkdtemp(join(given.folder ?? tmpdir(), 'bench-reaction-'))
    try {
      return await measure(folder, fires)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

/** The first fires load and compile what later ones use; a server that was just started is not what is asked about. */
const warmFires = 10

async function measure(folder: string, fires: number): Promise<BenchRow[]> {
  const diskMs = await fsyncMs(folder)
  const reactions = await startReactions(folder)
  const taken: Reaction[] = []
  try {
    for (let n = 0; n < warmFires; n += 1) await reactions.next()
    for (let n = 0; n < fires; n += 1) taken.push(await reactions.next())
  } finally {
    await reactions.close()
  }
  const row = rowsOf('reaction')
  const of = (part: keyof Reaction, share: number) =>
    quantile(
      taken.map((one) => one[part]),
      share,
    )
  const note = `${fires} fires after ${warmFires} others, store and script in ${folder.replace(/\/[^/]*$/, '')}`
  return [
    row('sample → process, median', of('startedMs', 0.5), 'ms', { atMost: 20, note }),
    row('sample → process, 95 %', of('startedMs', 0.95), 'ms'),
    row('sample → process, worst', of('startedMs', 1), 'ms', { atMost: 100 }),
    row('sample → run stored, median', of('admittedMs', 0.5), 'ms', {
      note: 'guards asked, run with its plan written',
    }),
    row('sample → intent stored, median', of('intendedMs', 0.5), 'ms'),
    row('one write with fsync, median', diskMs, 'ms', { note: 'the disk itself, 4 KiB appended' }),
  ]
}
