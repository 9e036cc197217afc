import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import type { Machine, Reach } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House } from '../../act.fixture.ts'
import { serverCommand } from './server-command.ts'

let house: House
let home: string
let reach: Reach
let server: Machine

beforeEach(async () => {
  house = await House.open()
  home = await mkdtemp(join(tmpdir(), 'tscaler-home-'))
  const log = { info() {}, warn() {}, debug() {} }
  reach = openReach({
    clock: systemClock,
    random: Math.random,
    log,
    localEnv: { HOME: home, PATH: '/usr/bin:/bin', OWN: 'x y' },
  })
  reach.configure([], [1])
  server = reach.find(1) as Machine
})

afterEach(async () => {
  await house.close()
  await reach.close()
  await rm(home, { recursive: true, force: true })
})

async function runCommand(command: string[], some: Parameters<House['action']>[2] = {}, nodeNames = ['shop01']) {
  const cluster = await house.cluster()
  for (const name of nodeNames) {
    const node = await house.node(name, { clusterId: cluster.id })
    house.machines.set(node.id, server)
  }
  const action = await house.action('note', 'serverCommand', {
    ...some,
    fields: { command, parallel: 10, stopAfterFailures: 1 },
  })
  const process = await house.start([serverCommand({ server })])
  const run = await process.admission.admitByHand(byHand({ action, clusterId: cluster.id }))
  return house.ended(run.id)
}

test('the arguments arrive as they are: no shell reads them', async () => {
  const words = ['a b', '', "it's", '$HOME `id` $(id)', '*', 'x\ny', '"', '-n', '\\', 'ü']
  const seen = await runCommand(['/usr/bin/printf', '<%s>', ...words])
  expect(seen.run.state).toBe('succeeded')
  expect(seen.log.slice(1)).toEqual(["out <a b><><it's><$HOME `id` $(id)><*><x", 'out y><"><-n><\\><ü>'])
})

test('its environment holds the values and the secrets, and nothing else', async () => {
  const seen = await runCommand(['/usr/bin/env'], { secrets: { API_KEY: 'line one\nline two of the key' } })
  const names = seen.log.slice(1).map((line) => line.slice('out '.length).split('=')[0])
  expect(names.filter((name) => !name?.startsWith('TSCALER_')).sort()).toEqual(['API_KEY', '•••'])
  expect(names.filter((name) => /ARG|FILE|KEEP/.test(name ?? ''))).toEqual([])
  expect(await house.everything()).not.toContain('two of the key')
})

test('it runs once per target, in a folder of its own that goes away', async () => {
  const seen = await runCommand(['/bin/sh', '-c', 'echo "$TSCALER_NODE $TSCALER_HOST"'], {}, ['shop01', 'shop02'])
  expect(seen.log.filter((line) => line.startsWith('out')).sort()).toEqual([
    'out shop01 shop01.test',
    'out shop02 shop02.test',
  ])
  await expect.poll(() => readdir(join(home, '.tscaler'))).toEqual([])
})

test('a program that is not there is a failure that says so', async () => {
  const seen = await runCommand(['/nowhere/to/be/found'])
  expect(seen.tasks).toMatchObject([{ state: 'failed', error: 'the script exited with 127: a command was not found' }])
})

test('while server commands are off it is refused', async () => {
  const cluster = await house.cluster()
  const action = await house.action('note', 'serverCommand', { fields: { command: ['/bin/true'] } })
  const process = await house.start([serverCommand({ server: null })], { serverCommands: false })
  const request = byHand({ action, clusterId: cluster.id })
  await expect(process.admission.admitByHand(request)).rejects.toMatchObject({ code: 'server-commands-off' })
})
