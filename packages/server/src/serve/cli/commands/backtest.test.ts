import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openShop } from '../run.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
})
afterEach(() => cli.close())

/** Eight values of shop01 and shop02, of which shop01's are in breach for 40 s; the clock is at their end. */
async function record(): Promise<number> {
  const { clock, history } = cli.desk
  const begin = clock.now() + 10_000
  const values = [1, 5, 5, 6, 5, 1, 1, 1]
  history.append(
    values.flatMap((value, place) => [
      { series: '1.1', at: begin + place * 10_000, value, failure: 0, hits: 0 },
      { series: '1.2', at: begin + place * 10_000, value: 1, failure: 0, hits: 0 },
    ]),
  )
  clock.advance(10_000 + values.length * 10_000)
  await history.flush()
  return begin
}

const iso = (at: number) => new Date(at).toISOString()

test('backtest prints the fires and what came of them', async () => {
  const begin = await record()
  const { code, stdout } = await cli.run('backtest grow --set timing=30s --set "threshold=> 4.5" --from 2m')
  expect(code).toBe(0)
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    `Trigger grow from ${iso(cli.desk.clock.now() - 120_000)} to ${iso(cli.desk.clock.now())}: 16 samples, 0 of them failures.`,
    'With load1 > 4.5 for 30s: it would have fired 1 time.',
    'WHEN                      NODE    COUNTER  VALUE  HITS  WHY',
    `${iso(begin + 30_000)}  shop01  load1    6      3     shop01 load1 was 6 > 4.5 for 30s`,
  ])
  expect(stdout).toContain(
    'Not asked, as nobody can know them of the past: red-stop, paused, launch-back-off, clock-step.',
  )
})

test('backtest compares, sweeps, and answers as JSON', async () => {
  await record()
  const { stdout } = await cli.run(
    'backtest grow --set timing=20s --compare timing=1 --sweep threshold=4,5.5 timing=10s,30s',
  )
  expect(stdout).toContain('With load1 > 4 for 20s: it would have fired 2 times.')
  expect(stdout).toContain('With load1 > 4 for 1m: it would have fired 0 times.')
  expect(stdout).toMatch(
    /THRESHOLD {2}TIMING {2}FIRES.*\n> 4 +10s +4 .*\n> 4 +30s +1 .*\n> 5.5 +10s +1 .*\n> 5.5 +30s +0 /,
  )
  const json = JSON.parse((await cli.run('backtest grow --set timing=20s --price 2 --json')).stdout)
  expect(json).toMatchObject({ trigger: { name: 'grow' }, result: { fires: 2, cost: expect.any(Number) } })
})

test('backtest takes samples from a CSV', async () => {
  await cli.write(
    'old.csv',
    'time,node,value\n2026-01-01T00:00:00Z,box,5\n2026-01-01T00:00:10Z,box,\n2026-01-01T00:00:20Z,box,7\n',
  )
  const { stdout } = await cli.run('backtest grow --samples old.csv --set timing=20s')
  expect(stdout).toContain('2026-01-01T00:00:20.000Z  box   load1    7      2')
  expect(stdout).toContain('3 samples, 1 of them failures.')
})

test.each([
  {
    name: 'a field that there is not',
    words: '--set speed=3',
    code: 2,
    says: '--set: "speed" can\'t be set. There are: threshold,',
  },
  { name: 'no value', words: '--set timing', code: 2, says: '--set: got "timing", expected a field and its value' },
  { name: 'a time that is none', words: '--from soon', code: 2, says: '--from: got "soon", expected a time' },
  { name: 'a file that is not there', words: '--samples none.csv', code: 1, says: '--samples: there is no file' },
  { name: 'what the server refuses', words: '--set aggregate=most', code: 1, says: 'aggregate' },
])('backtest refuses $name', async ({ words, code, says }) => {
  const ran = await cli.run(`backtest grow ${words}`)
  expect(ran.code).toBe(code)
  expect(ran.stderr).toContain(says)
})

test('a CSV that is wrong names its lines', async () => {
  await cli.write('bad.csv', 'time,node,value\nyesterday,box,5\n0,,5\n')
  expect((await cli.run('backtest grow --samples bad.csv')).stderr).toBe(
    'tscaler: bad.csv:2: got the time "yesterday", expected ISO 8601 or epoch ms; bad.csv:3: names no node.\n',
  )
  await cli.write('worse.csv', 'when,what\n1,2\n')
  expect((await cli.run('backtest grow --samples worse.csv')).stderr).toContain(
    'worse.csv:1: got the columns when,what, expected time, node (or series) and value.',
  )
})

test('explain --at answers for a moment, with the hour around it', async () => {
  const begin = await record()
  const { code, stdout } = await cli.run(`explain grow --at ${iso(begin + 45_000)}`)
  expect(code).toBe(0)
  const clock = (at: number) => iso(at).slice(11, 19)
  const lines = stdout.split('\n')
  expect(lines[1]).toBe(
    `It did not fire: the nearest was load1 on shop01, 4 of 30 hits, in breach since ${clock(begin + 10_000)} UTC.`,
  )
  expect(stdout).toContain('shop01  load1    5       > 4        4 of 30  35s ago')
  expect(stdout).toContain(
    `${clock(begin + 10_000)}  ${clock(begin + 40_000)}  breach  shop01 load1 in breach of > 4: 4 of 30 hits`,
  )
  expect((await cli.run('explain grow --at 2090-01-01T00:00:00Z')).stderr).toContain('The moment is to come')
})

test('explain names the JVM of a series', async () => {
  const { store } = cli.desk
  const profile = {
    port: 9010,
    user: null,
    password: null,
    tls: false,
    tlsCa: null,
    tlsCert: null,
    tlsKey: null,
    hostOverride: null,
    via: 'direct',
  } as const
  const { id } = await store.jvmProfiles.insert({ ...profile, name: 'tomcat' })
  const jvm = await store.jvms.insert({ nodeId: 1, jvmProfileId: id })
  cli.desk.judge = {
    stateOf: async () => [
      { series: `1.1.${jvm.id}`, counterId: 1, nodeId: 1, hits: 3, hitsNeeded: 30, breachSinceAt: null },
    ],
    heldBackBy: async () => null,
  }
  const { stdout } = await cli.run('explain grow')
  expect(stdout).toContain('nearest: load1 on shop01 tomcat, 3 of 30 hits.')
  expect(stdout).toContain('shop01 tomcat  load1')
})
