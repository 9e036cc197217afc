import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readNumbers } from './read-number.ts'
import { readyMade } from './ready-made.ts'

const shells = ['/bin/dash', '/bin/bash', '/usr/bin/busybox', '/usr/bin/zsh'].filter((path) => existsSync(path))

function run(shell: string, script: string): string {
  return execFileSync(shell, shell.endsWith('busybox') ? ['sh'] : [], {
    input: script,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  })
}

describe.each(shells)('in %s', (shell) => {
  test.each(Object.entries(readyMade))('%s prints the numbers it says it does', (_, { script, rate }) => {
    const reading = readNumbers(
      { kind: 'output', exitCode: 0, stdout: run(shell, script), stderr: '' },
      rate?.numbers ?? 1,
    )
    expect(reading).toMatchObject({ kind: 'numbers' })
  })
})

test.each(Object.entries(readyMade).filter(([, { forks }]) => !forks))(
  '%s needs no program at all',
  (_, { script, rate }) => {
    const stdout = execFileSync('/bin/sh', { input: script, encoding: 'utf8', env: { PATH: '/nowhere' } })
    expect(readNumbers({ kind: 'output', exitCode: 0, stdout, stderr: '' }, rate?.numbers ?? 1)).toMatchObject({
      kind: 'numbers',
    })
  },
)

test('memory in use is a share of all', () => {
  const used = Number(run('/bin/sh', readyMade['memory-used']?.script ?? ''))
  expect(used).toBeGreaterThan(0)
  expect(used).toBeLessThan(100)
})

test('the time the processors were busy lies between 0 and 100', () => {
  const rate = readyMade['cpu-busy']?.rate
  expect(rate?.of([100, 1_000], [150, 1_100], 1_000)).toBe(50)
  expect(rate?.of([100, 1_000], [100, 1_000], 1_000)).toBe(0)
})

test('bytes per second come of two totals and the time between', () => {
  expect(readyMade['net-in']?.rate?.of([1_000], [3_000], 2_000)).toBe(1_000)
})
