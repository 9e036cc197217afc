import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import type { Machine, Reach } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House } from '../../act.fixture.ts'
import { localScript } from './local-script.ts'

let house: House
let home: string
let reach: Reach

beforeEach(async () => {
  house = await House.open()
  home = await mkdtemp(join(tmpdir(), 'tscaler-home-'))
  const log = { info() {}, warn() {}, debug() {} }
  reach = openReach({ clock: systemClock, random: Math.random, log, localEnv: { HOME: home, PATH: '/usr/bin:/bin' } })
})

afterEach(async () => {
  await house.close()
  await reach.close()
  await rm(home, { recursive: true, force: true })
})

/** A cluster whose one node is this machine. */
async function localNode(name = 'here') {
  const cluster = await house.cluster()
  const node = await house.node(name, { clusterId: cluster.id, local: true, hostname: '127.0.0.1' })
  reach.configure([], [node.id])
  house.machines.set(node.id, reach.find(node.id) as Machine)
  return { cluster, node }
}

async function runScript(
  script: string,
  some: Parameters<House['action']>[2] = {},
  start: Parameters<House['start']>[1] = {},
) {
  const { node } = await localNode()
  const action = await house.action('app', 'localScript', {
    ...some,
    fields: { script, sudo: false, parallel: 10, stopAfterFailures: 1 },
  })
  const process = await house.start([localScript], start)
  const run = await process.admission.admitByHand(byHand({ action, nodeIds: [node.id] }))
  return { process, run, node }
}

test('a script runs on its target, its output is logged, and its folder is removed', async () => {
  const { run } = await runScript('echo hello; echo trouble >&2')
  const seen = await house.ended(run.id)
  expect(seen).toMatchObject({
    run: { state: 'succeeded', note: null },
    tasks: [{ state: 'succeeded', attempts: 1, nodeName: 'here' }],
  })
  expect(seen.log).toEqual(
    expect.arrayContaining(['out hello', 'err trouble', 'note attempt 1: run `echo hello; echo trouble >&2` on here']),
  )
  await expect.poll(() => readdir(join(home, '.tscaler'))).toEqual([])
})
