import { expect, test } from 'vitest'
import { Fuzz } from '../fuzz/rounds.ts'

const SEED = 20_261_124
const REPLIES = 100_000

test(`${REPLIES} mutated replies of a real JVM are read, refused or waited for, seed ${SEED}`, {
  timeout: 120_000,
}, () => {
  const fuzz = new Fuzz(SEED)
  while (fuzz.rounds < REPLIES) fuzz.next()
  console.log(`repeat with: node packages/jmx/fuzz/fuzz.ts --seed ${SEED}; ${JSON.stringify(fuzz.tally)}`)
  for (const count of Object.values(fuzz.tally)) expect(count).toBeGreaterThan(REPLIES / 50)
})
