/*
 * A program that tests kill: it goes on with the series where the file has left them, and says how far it has got. Every
 * round appends, for each series, one sample whose value is its place; a line `kept n` comes after n rounds are flushed.
 */
import { writeSync } from 'node:fs'
import { FakeClock } from '../../../model/fake-clock.ts'
import { embeddedHistory } from './embedded.ts'

const [path = '', series = ''] = process.argv.slice(2)
const names = series.split(',')
const startAt = Date.UTC(2026, 0, 1)
const periodMs = 10_000

const clock = new FakeClock(startAt)
const history = embeddedHistory({ path, clock, note: (text) => writeSync(1, `note ${text}\n`) })
const kept = await Promise.all(
  names.map(
    async (name) => (await history.range(name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).times.length,
  ),
)
// Rounds are kept whole: one journal row has all series of a tick.
let round = Math.min(...kept)
clock.advance(round * periodMs)
writeSync(1, `begun ${kept.join(' ')}\n`)

for (;;) {
  const burst = 1 + ((round * 7) % 5)
  for (let n = 0; n < burst; n++, round++) {
    const [at, value] = [startAt + round * periodMs, round]
    history.append(names.map((name) => ({ series: name, at, value, failure: 0, hits: round % 3 })))
  }
  clock.advance(burst * periodMs)
  if (round % 3 !== 0) continue
  await history.flush()
  writeSync(1, `kept ${round}\n`)
  if (round % 50 === 0) await history.retain(clock.now())
}
