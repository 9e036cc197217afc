import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openRuns, openShop, type TestRuns } from '../run.fixture.ts'

let cli: ServedCli
let runs: TestRuns
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
  runs = openRuns(cli)
})
afterEach(() => cli.close())

test('runs lists the newest first', async () => {
  expect((await cli.run('runs')).stdout).toBe('No runs: nothing has fired yet, and nobody has started one.\n')
  await cli.run('run trigger grow')
  cli.desk.clock.advance(60_000)
  await runs.set('failed', 'step 1 failed')
  await cli.run('run trigger grow')
  expect((await cli.run('runs')).stdout.split('\n')).toEqual([
    'RUN  STATE    WHAT  CLUSTER  BEGAN   TOOK  WHY',
    '2    running  grow  shop     now     0s    started by hand',
    '1    failed   grow  shop     1m ago  1m    step 1 failed',
    '',
  ])
  expect(JSON.parse((await cli.run('runs --state failed --json')).stdout)).toMatchObject([{ id: 1 }])
})

test('runs ID shows steps, what failed, and how to answer an unknown task', async () => {
  await cli.run('run trigger grow')
  await runs.set('waiting', 'a person must say whether step 1 was done on shop02')
  await cli.desk.store.tasks.update(1, { state: 'failed', error: 'the script exited with 3' })
  await cli.desk.store.tasks.update(2, { state: 'unknown' })
  await runs.log(1, 'a line')
  const { stdout } = await cli.run('runs 1 --log')
  expect(stdout).toBe(
    `Run 1 of trigger grow on shop: waiting, now.
Why: started by hand.
a person must say whether step 1 was done on shop02.
STEP  ACTION  STATE    TARGETS         TOOK
1     app     running  shop01, shop02  0s
step 1 app on shop01 failed: the script exited with 3.
step 1 app on shop02: nobody knows whether it was done. Look there, then answer:
  tscaler resolve 1 --task 2 --answer done|not-done|stop
1 app shop01 | a line
`,
  )
})

test('cancel, retry and resolve reach the run', async () => {
  await cli.run('run trigger grow')
  expect((await cli.run('cancel 1')).stdout).toBe('Run 1 of trigger grow on shop: running.\n')
  expect((await cli.run('retry 1')).code).toBe(0)
  expect((await cli.run('resolve 1 --task 2 --answer not-done')).code).toBe(0)
  expect(runs.asked.slice(1)).toMatchObject([['cancel', 1], ['retry', 1], { runId: 1, taskId: 2, answer: 'not-done' }])
  expect((await cli.run('resolve 1 --task 2 --answer perhaps')).code).toBe(2)
  expect((await cli.run('cancel 9')).stderr).toBe('tscaler: There is no run 9.\n')
})

test('runs --follow tells the states of every run, and gives up a minute after the server has gone', async () => {
  await cli.run('run trigger grow')
  let heard = ''
  let isOver = false
  const waiting = Promise.withResolvers<void>()
  const told = Promise.withResolvers<void>()
  const followed = cli
    .run('runs --follow', {
      hear(text) {
        heard += text
        if (heard.includes('Waiting for runs')) waiting.resolve()
        if (heard.includes('failed')) told.resolve()
      },
    })
    .finally(() => {
      isOver = true
    })
  await waiting.promise
  await runs.set('failed', 'step 1 failed')
  await told.promise
  await cli.stop()
  while (!isOver) {
    cli.desk.clock.advance(2_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { code, stdout } = await followed
  await cli.start()
  expect({ code, stdout }).toEqual({ code: 4, stdout: 'Run 1 of trigger grow on shop: failed. step 1 failed.\n' })
})
