// node packages/jmx/fuzz/fuzz.ts [--seed N] [--minutes M]: mutated replies until the time is over or one is read wrongly.
import { parseArgs } from 'node:util'
import { Fuzz } from './rounds.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
})
const [seed, minutes] = [Number(values.seed), Number(values.minutes)]
if (!Number.isSafeInteger(seed) || !(minutes > 0))
  throw new Error('Give --seed a whole number and --minutes a positive one.')

const ROUNDS_BETWEEN_LOOKS = 1_000 // some 0.2 s
const REPORT_MS = 10_000
const endsAt = performance.now() + minutes * 60_000
const fuzz = new Fuzz(seed)
for (let reportAt = 0; performance.now() < endsAt; ) {
  for (let round = 0; round < ROUNDS_BETWEEN_LOOKS; round++) fuzz.next()
  if (performance.now() < reportAt) continue
  console.log(`seed ${seed}: ${fuzz.rounds} replies, ${JSON.stringify(fuzz.tally)}`)
  reportAt = performance.now() + REPORT_MS
}
console.log(`seed ${seed}: ${fuzz.rounds} replies read, none wrongly: ${JSON.stringify(fuzz.tally)}`)
