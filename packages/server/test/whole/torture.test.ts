import { expect, test } from 'vitest'
import { runOrdeal } from '../torture/ordeal.ts'

/** Replayed by `npm run torture -- cloud --kills 20 --seed …`; the pace of the machine is another each time. */
const seed = Date.now() % 1_000_000

test('killed 20 times while machines come and go in a bad cloud, all are accounted for', {
  timeout: 180_000,
}, async () => {
  const log: string[] = []
  const { broken, kills, output } = await runOrdeal({
    ...{ seed, kills: 20, longestMs: 400, limitMs: 5_000, endMs: 90_000 },
    log: (text) => log.push(text),
  })
  expect(broken, `seed ${seed}\n${log.join('\n')}\n${output}`).toEqual([])
  expect(kills).toBe(20)
})
