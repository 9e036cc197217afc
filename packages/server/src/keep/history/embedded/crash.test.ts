import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock } from '../../../model/fake-clock.ts'
import { embeddedHistory } from './embedded.ts'

const SERIES = ['1.1', '1.2', '2.1.7', '3.1']

test('killed at any instant, again and again, it loses nothing that was kept and doubles nothing', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (killedAfter) => {
      const folder = await mkdtemp(join(tmpdir(), 'history-crash-'))
      try {
        const path = join(folder, 'samples.db')
        let promised = 0
        for (const life of killedAfter) promised = await live(path, { ...life, promised })
        await expectWhole(path, promised)
      } finally {
        await rm(folder, { recursive: true })
      }
    }),
    { numRuns: 2 }, // five processes each
  )
})

/** When each life is killed: after so many lines and then so many turns of the event loop. */
const lives = fc.array(fc.record({ lines: fc.integer({ min: 1, max: 400 }), turns: fc.nat(200) }), {
  minLength: 5,
  maxLength: 5,
})

/** One life of the writer; how many rounds it said were kept. */
async function live(path: string, life: { lines: number; turns: number; promised: number }): Promise<number> {
  const program = join(import.meta.dirname, 'crash-writer.fixture.ts')
  const child = spawn(process.execPath, [program, path, SERIES.join(',')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let [seen, kept] = [0, life.promised]
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, ...numbers] = line.split(' ')
    expect(word).not.toBe('note')
    if (word === 'begun') for (const number of numbers) expect(Number(number)).toBeGreaterThanOrEqual(life.promised)
    else kept = Number(numbers[0])
    if (++seen === life.lines) killAfter(child, life.turns)
  }
  await ended
  return kept
}

function killAfter(child: ChildProcess, turns: number): void {
  if (turns === 0) child.kill('SIGKILL')
  else setImmediate(() => killAfter(child, turns - 1))
}

async function expectWhole(path: string, promised: number): Promise<void> {
  const history = embeddedHistory({ path, clock: new FakeClock(), note: (text) => expect(text).toBe('') })
  const everything = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const
  const lengths = new Set<number>()
  for (const series of SERIES) {
    const { values } = await history.range(series, ...everything)
    expect(values.length).toBeGreaterThanOrEqual(promised)
    expect(Array.from(values)).toEqual(Array.from(values, (_, place) => place))
    const buckets = await history.rollups(series, ...everything)
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
    lengths.add(values.length)
  }
  expect(lengths.size).toBe(1)
  await history.close()
}
