import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openRuns, openShop } from '../run.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
})
afterEach(() => cli.close())

test('run begins a run and says how to follow it', async () => {
  const runs = openRuns(cli)
  expect(await cli.run('run trigger grow --node shop01 2 --reason "a sale"')).toEqual({
    code: 0,
    stdout: 'Run 1 of trigger grow on shop began.\nFollow it: tscaler runs 1 --follow\n',
    stderr: '',
  })
  expect(runs.asked).toMatchObject([{ trigger: { id: 1 }, nodeIds: [1, 2], forced: false, reason: 'a sale' }])
})

test('run action names the cluster', async () => {
  const runs = openRuns(cli)
  expect((await cli.run('run action app --cluster shop --force --reason x --json')).code).toBe(0)
  expect(runs.asked).toMatchObject([{ trigger: null, action: { id: 1 }, clusterId: 1, forced: true }])
})

test('--dry-run shows the plan and starts nothing', async () => {
  openRuns(cli)
  const { code, stdout } = await cli.run('run trigger grow --dry-run')
  expect(code).toBe(0)
  expect(stdout).toBe(`Plan of trigger grow on shop: 1 step. Nothing was started.
1. app (localScript) on cluster; on failure: stop
     shop01: run echo hello on shop01
     without shop02: it is draining
`)
  expect(await cli.desk.store.runs.count()).toBe(0)
})

test('--preview shows below each node what it says would change', async () => {
  openRuns(cli)
  const { code, stdout } = await cli.run('run trigger grow --dry-run --preview')
  expect(code).toBe(0)
  expect(stdout).toContain(`     shop01: run echo hello on shop01
       would change File[/etc/a]
       would refresh Service[a]
`)
})

test('--preview without --dry-run is wrong usage', async () => {
  expect(await cli.run('run trigger grow --preview')).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('--preview goes with --dry-run'),
  })
})

test('a plan that a guard would refuse says which and until when, and ends with 3', async () => {
  openRuns(cli, { refuse: 'red stop since 3m: fire in dc1' })
  const { code, stdout } = await cli.run('run trigger grow --dry-run')
  expect(code).toBe(3)
  expect(stdout).toMatch(
    /^trigger grow on shop would be refused by red-stop until .* UTC \(in 5m\): red stop since 3m: fire in dc1\.\n/,
  )
})

test('a run that a guard refuses ends with 3', async () => {
  openRuns(cli, { refuse: 'Everything is stopped: fire in dc1.' })
  expect(await cli.run('run trigger grow')).toEqual({
    code: 3,
    stdout: '',
    stderr: 'tscaler: Everything is stopped: fire in dc1.\n',
  })
})

test('a trigger that is not there ends with 1', async () => {
  const { code, stderr } = await cli.run('run trigger shrink')
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'tscaler: There is no trigger "shrink".\n' })
})

/** Resolves with all that was written once the text has been. */
function listener() {
  let text = ''
  const waiting: { what: string; resolve: () => void }[] = []
  return {
    hear(part: string) {
      text += part
      for (const one of waiting) if (text.includes(one.what)) one.resolve()
    },
    heard: (what: string) =>
      new Promise<void>((resolve) => (text.includes(what) ? resolve() : waiting.push({ what, resolve }))),
  }
}

test('--follow shows states and log as they come, and ends with the run', async () => {
  const runs = openRuns(cli)
  const { hear, heard } = listener()
  const followed = cli.run('run trigger grow --follow', { hear })
  await heard('Run 1 running')
  await runs.log(1, 'hello \u001b[31mred')
  await heard('hello red')
  await runs.log(2, 'oh no', 'err')
  await heard('oh no')
  await runs.log(1, 'the last line')
  await runs.set('succeeded')
  expect(await followed).toEqual({
    code: 0,
    stderr: '',
    stdout: `Run 1 of trigger grow on shop: started by hand.
step 1 app: running
Run 1 running.
1 app shop01 | hello red
1 app shop02 ! oh no
1 app shop01 | the last line
step 1 app: succeeded (0s)
Run 1 succeeded after 0s.
`,
  })
})

test('--follow of a run that fails ends with 1; --json gives one line an event', async () => {
  const runs = openRuns(cli)
  const { hear, heard } = listener()
  const followed = cli.run('run trigger grow --follow --json', { hear })
  await heard('"event":"run"')
  await runs.log(1, 'hello')
  await heard('"event":"log"')
  await runs.set('failed', 'step 1 failed on shop01')
  const { code, stdout } = await followed
  expect(code).toBe(1)
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events).toMatchObject([
    { event: 'run', run: { id: 1, state: 'running' } },
    { event: 'log', log: { run: 1, step: 1, node: { name: 'shop01' }, line: { text: 'hello', stream: 'out' } } },
    { event: 'run', run: { state: 'failed', note: 'step 1 failed on shop01' } },
  ])
})

test('--follow of a run that has ended prints its log at once', async () => {
  const runs = openRuns(cli)
  await cli.run('run trigger grow')
  await runs.log(1, 'one')
  await runs.log(2, 'two')
  await runs.set('succeeded')
  const { code, stdout } = await cli.run('runs 1 --follow')
  expect(code).toBe(0)
  expect(stdout).toContain(
    '1 app shop01 | one\n1 app shop02 | two\nstep 1 app: succeeded (0s)\nRun 1 succeeded after 0s.\n',
  )
})

test('--follow goes on when the server is started anew', async () => {
  const runs = openRuns(cli)
  const { hear, heard } = listener()
  const followed = cli.run('run trigger grow --follow', { hear })
  await heard('Run 1 running')
  await cli.stop()
  await heard('The connection broke off; trying again for 60 s.')
  await runs.log(1, 'while nobody listened')
  await runs.set('succeeded')
  await cli.start()
  cli.desk.clock.advance(2_000)
  const { code, stdout } = await followed
  expect(code).toBe(0)
  expect(stdout).toContain(
    '1 app shop01 | while nobody listened\nstep 1 app: succeeded (0s)\nRun 1 succeeded after 0s.\n',
  )
})

test('--follow of a run that is not there does not wait', async () => {
  expect(await cli.run('runs 9 --follow')).toEqual({ code: 1, stdout: '', stderr: 'tscaler: There is no run 9.\n' })
})
