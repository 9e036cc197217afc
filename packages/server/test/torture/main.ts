// node packages/server/test/torture/main.ts [cloud] [--kills N] [--seed S] [--longest MS] [--main FILE]: kills tscaler at random while machines come and go.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { countsText, runOrdeal } from './ordeal.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    longest: { type: 'string', default: '4000' },
    main: { type: 'string', default: fileURLToPath(new URL('../../../../dist/server/main.js', import.meta.url)) },
    output: { type: 'boolean', default: false },
  },
})
const [kills, seed, longestMs] = [Number(values.kills), Number(values.seed), Number(values.longest)]
if (positionals.some((word) => word !== 'cloud') || positionals.length > 1)
  throw new Error(`"${positionals.join(' ')}" can't be tortured: npm run torture -- cloud.`)
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed) || !(longestMs > 0))
  throw new Error('Give --kills a whole number above 0, --seed a whole number, and --longest milliseconds.')

process.stdout.write(`npm run torture -- cloud --kills ${kills} --seed ${seed}\n`)
const beganAt = performance.now()
const log = (text: string) => process.stdout.write(`${Math.round((performance.now() - beganAt) / 1_000)} s: ${text}\n`)
const { actions, faults, fates, deeds, broken, output, ...ordeal } = await runOrdeal({
  ...{ seed, kills, longestMs, main: values.main, log },
  limitMs: 12_000,
  endMs: 120_000, // a deployment's time limit, its second attempt, and taking back what it made
})
const { runs, refused, cancelled, retried, stopped, unknown, left } = deeds
log(
  `${ordeal.kills} kills; runs: ${countsText(runs)}; ${refused} refused, ${cancelled} cancelled, ${retried} tried again, ${stopped} red stops`,
)
log(`calls: ${countsText(actions)}`)
log(`faults: ${countsText(faults)}; ${fates} machines with a fate`)
log(`${unknown.length} tasks were unknown, ${left.length} nodes left behind until their run was tried again`)
for (const text of unknown) process.stdout.write(`unknown: ${text}\n`)
for (const text of left) process.stdout.write(`left: ${text}\n`)
for (const text of broken) process.stdout.write(`BROKEN: ${text}\n`)
if (values.output) process.stdout.write(output)
// Left to itself Node now and then never ends: its own tidying up waits for good for a connection that was reset.
process.exit(broken.length > 0 ? 1 : 0)
