import { afterEach, beforeEach, expect, test } from 'vitest'
import { failureKinds } from '../../../model/sample.ts'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openShop } from '../run.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
})
afterEach(() => cli.close())

/** Two values of shop01, of which the newest is a breach, and a failure of shop02. */
function sample() {
  const { clock, recent, history } = cli.desk
  const at = clock.now()
  const kept = { failure: 0, hits: 0 }
  const timeout = failureKinds.indexOf('timeout') + 1
  history.append([
    { ...kept, series: '1.1', at: at - 20_000, value: 3.5 },
    { ...kept, series: '1.2', at: at - 15_000, value: Number.NaN, failure: timeout, text: 'no answer for 3s' },
    { ...kept, series: '1.1', at: at - 10_000, value: 4.5, hits: 1 },
  ])
  recent.put([
    { series: '1.1', latest: { at: at - 10_000, value: 4.5, failure: null, text: null, hits: 1 } },
    { series: '1.2', latest: { at: at - 15_000, value: null, failure: 'timeout', text: 'no answer for 3s', hits: 0 } },
  ])
  return at
}

test('list has a table for every kind', async () => {
  const rows = (text: string) => text.trimEnd().split('\n').slice(1)
  expect(rows((await cli.run('list clusters')).stdout)).toEqual(['shop     2     1    –    5m        load1'])
  expect(rows((await cli.run('list counters')).stdout)).toEqual(['load1    ssh     > 4        10s     jobs'])
  expect(rows((await cli.run('list triggers')).stdout)).toEqual(['grow     shop     watch  load1     5m      app'])
  expect(rows((await cli.run('list actions')).stdout)).toEqual(['app     localScript  1m       0'])
  for (const kind of ['ssh-profiles', 'jvm-profiles', 'ec2-profiles', 'schedules', 'users', 'tokens', 'alerts'])
    expect((await cli.run(`list ${kind}`)).stdout).toBe(`There are no ${kind.replace('-', ' ')}.\n`)
  expect((await cli.run('list audit --limit 2')).stdout.split('\n')).toHaveLength(4)
})

test('list narrows, takes a singular, and gives JSON', async () => {
  expect((await cli.run('node list --match 02')).stdout).toBe(
    'NODE    CLUSTER  STATE       CONNECTION  ADDRESS\nshop02  shop     in-service  idle        10.0.0.12:22\n',
  )
  expect(JSON.parse((await cli.run('list node --cluster shop --json')).stdout)).toMatchObject([
    { name: 'shop01' },
    { name: 'shop02' },
  ])
  expect((await cli.run('list nodes --cluster none')).stderr).toBe('tscaler: There is no cluster "none".\n')
})

test('get shows one thing by name or id', async () => {
  const { stdout } = await cli.run('get node shop01')
  expect(stdout).toContain('node shop01\n')
  expect(stdout).toContain('cluster: shop\n')
  expect(JSON.parse((await cli.run('get nodes 2 --json')).stdout)).toMatchObject({
    name: 'shop02',
    cluster: { name: 'shop' },
  })
  expect((await cli.run('get node none')).code).toBe(1)
  expect((await cli.run('get alert 1')).code).toBe(2)
})

test('series shows the newest samples', async () => {
  sample()
  expect(
    (await cli.run('series --cluster shop')).stdout,
  ).toBe(`SERIES  NODE    COUNTER  NEWEST                     WHEN     THRESHOLD  HITS
1.1     shop01  load1    4.5 jobs                   10s ago  > 4        1
1.2     shop02  load1    timeout: no answer for 3s  15s ago  > 4
`)
  expect(JSON.parse((await cli.run('series --node shop01 --json')).stdout)).toMatchObject([
    { id: '1.1', latest: { value: 4.5 } },
  ])
})

test('samples prints values and failures in the order of time', async () => {
  const at = sample()
  await cli.desk.history.flush()
  const time = (agoMs: number) => new Date(at - agoMs).toISOString()
  expect((await cli.run('samples 1.1 1.2 --from 1m')).stdout).toBe(`TIME                      SERIES  VALUE
${time(20_000)}  1.1     3.5
${time(15_000)}  1.2     timeout: no answer for 3s
${time(10_000)}  1.1     4.5
`)
})

test('samples: a time that is none, and none there', async () => {
  expect((await cli.run('samples 1.1 --from soon')).code).toBe(2)
  expect((await cli.run('samples 1.1')).stdout).toBe('No samples in that time.\n')
  expect((await cli.run('samples nothing')).stderr).toContain('series: got "nothing", expected ids such as "3.12"')
})

test('explain says what holds back, how near it is, and what was decided', async () => {
  const { clock, store } = cli.desk
  cli.desk.judge = {
    stateOf: async () => [
      { series: '1.2', counterId: 1, nodeId: 2, hits: 0, hitsNeeded: 30, breachSinceAt: null },
      { series: '1.1', counterId: 1, nodeId: 1, hits: 12, hitsNeeded: 30, breachSinceAt: clock.now() - 120_000 },
    ],
    heldBackBy: async () => ({ guard: 'cooldown', reason: '5m after run 41', until: clock.now() + 180_000 }),
  }
  await store.verdicts.insert({
    triggerId: 1,
    outcome: 'refused',
    guard: 'cooldown',
    reason: '5m after run 41',
    until: null,
    runId: null,
    seriesId: '1.1',
    hits: 30,
    at: clock.now() - 60_000,
    lastAt: clock.now() - 30_000,
    repeats: 4,
  })
  const { code, stdout } = await cli.run('explain grow')
  expect(code).toBe(0)
  expect(
    stdout.replace(/until \S+ UTC/, 'until T UTC'),
  ).toBe(`Trigger grow is held back by cooldown until T UTC (in 3m): 5m after run 41.
1 series in breach; nearest: load1 on shop01, 12 of 30 hits, in breach since 2m ago.
NODE    COUNTER  NEWEST  THRESHOLD  HITS      IN BREACH SINCE
shop01  load1    –       > 4        12 of 30  2m ago
shop02  load1    –       > 4        0 of 30

WHEN     DECIDED  GUARD     TIMES  WHY
30s ago  refused  cooldown  ×4     5m after run 41
`)
})

test('explain of a trigger that nothing has happened to', async () => {
  expect((await cli.run('explain grow')).stdout).toBe(
    'Nothing holds trigger grow back.\nNone of its 0 series is in breach.\nNothing has been decided yet.\n',
  )
})
