import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openShop } from '../run.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
})
afterEach(() => cli.close())

test('stop-all stops everything, status says so first, resume --stop-all lifts it', async () => {
  expect((await cli.run('stop-all')).code).toBe(2)
  const stopped = await cli.run('stop-all --reason "fire in dc1"')
  expect(stopped.code).toBe(0)
  expect(stopped.stdout).toContain('Lift it with: tscaler resume --stop-all\n')
  const [first] = (await cli.run('status')).stdout.split('\n')
  expect(first).toMatch(/^RED STOP by os:.*, now: fire in dc1\.$/)
  expect((await cli.run('resume')).stdout).toBe('Everything is not paused any more.\n')
  expect((await cli.run('status')).stdout).toMatch(/^RED STOP/)
  expect((await cli.run('resume --stop-all')).stdout).toBe('The red stop is lifted: tasks begin again.\n')
  expect((await cli.run('status')).stdout).toBe(
    'All is well with tscaler itself.\n2 nodes in 1 cluster, 2 series, no sample yet.\n0 runs under way, 0 alerts open.\ntscaler 0.0.0-test, commands on its own machine off.\n',
  )
})

test('pause has an end: for so long, or until', async () => {
  expect((await cli.run('pause --for 2h')).stdout).toMatch(/^Everything is paused until .* \(in 2h\)\.\n$/)
  expect((await cli.run('pause --trigger grow --until 1h')).stdout).toMatch(
    /^Trigger grow is paused until .* \(in 1h\)\.\n$/,
  )
  expect((await cli.run('list triggers')).stdout).toContain('in 1h')
  expect((await cli.run('resume --trigger grow')).stdout).toBe('Trigger grow is not paused any more.\n')
  expect((await cli.run('pause --cluster shop --for 1m --json')).stdout).toContain('"until": "')
})

test.each([
  {
    words: 'pause --for 2',
    stderr: 'Option "--for <duration>" argument "2" is invalid. Expected a duration such as "30m", "2h" or "1d".',
  },
  { words: 'pause --until tomorrow', stderr: '--until: got "tomorrow", expected a time such as 2030-01-31T12:00:00Z.' },
  {
    words: 'pause --for 1h --until 2h',
    stderr: 'A pause needs its end: give --for (such as 2h) or --until, one of the two.',
  },
])('$words is wrong usage', async ({ words, stderr }) => {
  const ran = await cli.run(words)
  expect(ran.code).toBe(2)
  expect(ran.stderr).toContain(stderr)
})
