import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Candidate } from '../decide/candidate.ts'
import type { RunDesk } from '../desk/run-desk.ts'
import type { Cluster } from '../model/cluster.ts'
import { FakeClock } from '../model/fake-clock.ts'
import type { Trigger } from '../model/trigger.ts'
import type { Machine } from '../reach/machine.ts'
import { byHand, House, type Process, testKind } from './act.fixture.ts'
import { noOutlook } from './situation.ts'

const grow = testKind({
  id: 'deployEc2Node',
  effect: 'grow',
  per: 'once',
  count: ({ count }) => Number(count ?? 1),
  plan: () => 'deploy a node',
})
const remove = testKind({ id: 'removeEc2Node', effect: 'remove', per: 'once', plan: () => 'remove a node' })
const script = testKind()

let clock: FakeClock
let house: House
let cluster: Cluster
let process: Process

beforeEach(async () => {
  clock = new FakeClock()
  house = await House.open(clock)
  cluster = await house.cluster({ min: 1, max: 4, cooldownMs: 300_000 })
  for (const name of ['shop01', 'shop02']) {
    const node = await house.node(name, { clusterId: cluster.id, inServiceAt: clock.now() - 3_600_000 })
    house.machines.set(node.id, { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine)
  }
  process = await house.start([grow, remove, script])
  // These tests look at what is admitted, not at what becomes of it.
  await process.engine.close()
})
afterEach(() => house.close())

async function aTrigger(
  type: 'deployEc2Node' | 'removeEc2Node' | 'localScript',
  some: Partial<Trigger> = {},
  fields = {},
): Promise<Trigger> {
  const name = some.name ?? type
  const action = await house.action(`do-${name}`, type, { fields })
  return house.trigger(cluster.id, [{ actionId: action.id }], { name, ...some })
}

async function fire(trigger: Trigger, some: Partial<Candidate> = {}) {
  const candidate: Candidate = {
    triggerId: trigger.id,
    clusterId: cluster.id,
    seriesId: '1.1',
    counterId: 1,
    nodeId: 1,
    value: 4.8,
    threshold: '> 4',
    hits: 3,
    breachSinceAt: clock.now() - 300_000,
    at: clock.now(),
    ...some,
  }
  return process.admission.admitFire(candidate, noOutlook)
}

/** Ends a run as the engine does. */
async function end(runId: number, state: 'succeeded' | 'failed' = 'succeeded') {
  await house.store.runs.update(runId, { state, startedAt: clock.now(), endedAt: clock.now() })
  await house.store.activeRuns.removeWhere({ runId })
}

const guardOf = async (admitted: ReturnType<typeof fire>) => {
  const result = await admitted
  return 'refusal' in result ? result.refusal.guard : Object.keys(result)[0]
}

describe('a fire', () => {
  test('begins a run with its whole plan, its cause in words, a verdict and a wake-up', async () => {
    await house.store.counters.insert({
      name: 'load1',
      source: 'ssh',
      fields: {},
      threshold: null,
      periodMs: 10_000,
      unit: '',
      shared: false,
    })
    const trigger = await aTrigger('localScript')
    const told: unknown[] = []
    process.queue.listen('run.changed', (message) => told.push(message))
    const woken = new Promise((resolve) => void process.queue.consume('run.wake', async (message) => resolve(message)))
    const admitted = await fire(trigger)
    const run = 'run' in admitted ? admitted.run : undefined
    expect(run).toMatchObject({
      triggerName: 'localScript',
      clusterName: 'shop',
      state: 'planned',
      effect: 'none',
      cause: {
        kind: 'fire',
        text: 'shop01 load1 was 4.8 > 4 for 30s',
        counter: 'load1',
        node: 'shop01',
        host: 'shop01.test',
        value: 4.8,
        threshold: '> 4',
      },
    })
    const seen = await house.see(run?.id ?? 0)
    expect(seen.tasks.map(({ nodeName, state }) => [nodeName, state])).toEqual([
      ['shop01', 'planned'],
      ['shop02', 'planned'],
    ])
    expect(seen.steps).toMatchObject([{ n: 1, type: 'localScript', target: 'cluster', state: 'planned' }])
    expect(await house.store.verdicts.list()).toMatchObject([
      { outcome: 'fired', runId: run?.id, guard: null, repeats: 0 },
    ])
    expect([await woken, told]).toEqual([{ runId: run?.id }, [{ runId: run?.id }]])
  })

  test('that changes nodes takes its cluster: a second one is refused, even at the same instant', async () => {
    const trigger = await aTrigger('deployEc2Node')
    const other = await aTrigger('removeEc2Node')
    const results = await Promise.all([fire(trigger), fire(trigger), fire(other), fire(trigger)])
    expect(results.filter((result) => 'run' in result)).toHaveLength(1)
    expect(results.flatMap((result) => ('refusal' in result ? result.refusal.guard : []))).toEqual(
      Array(3).fill('run-under-way'),
    )
    expect(await house.store.activeRuns.list()).toMatchObject([{ id: cluster.id }])
  })

  test('of a trigger in watch begins nothing and is recorded', async () => {
    const trigger = await aTrigger('deployEc2Node', { state: 'watch' })
    expect(await fire(trigger)).toEqual({ watched: expect.stringContaining('in watch') })
    expect(await house.store.runs.list()).toEqual([])
    expect(await house.store.verdicts.list()).toMatchObject([{ outcome: 'watched' }])
  })

  test('that is refused again is counted in the same row, until the reason changes', async () => {
    const trigger = await aTrigger('deployEc2Node')
    await house.store.installation.update(1, { redStopAt: clock.now(), redStopBy: 'olga' })
    for (let i = 0; i < 3; i++) expect(await guardOf(fire(trigger))).toBe('red-stop')
    await house.store.installation.update(1, { redStopAt: null })
    await house.store.triggers.update(trigger.id, { pausedUntil: clock.now() + 60_000 })
    expect(await guardOf(fire(trigger))).toBe('paused')
    expect(await house.store.verdicts.list()).toMatchObject([
      { guard: 'red-stop', repeats: 2 },
      { guard: 'paused', repeats: 0 },
    ])
  })

  test('waits for the cooldown of its own direction', async () => {
    const [growing, removing] = [await aTrigger('deployEc2Node'), await aTrigger('removeEc2Node')]
    const first = await fire(growing)
    await end('run' in first ? first.run.id : 0)
    expect(await guardOf(fire(growing))).toBe('cooldown')
    const other = await fire(removing)
    expect(other).toHaveProperty('run')
    await end('run' in other ? other.run.id : 0)
    clock.advance(300_001)
    expect(await fire(growing)).toHaveProperty('run')
  })

  test('does not go past max, min or the blast radius', async () => {
    expect(await guardOf(fire(await aTrigger('deployEc2Node', { name: 'many' }, { count: 3 })))).toBe('size')
    expect(await guardOf(fire(await aTrigger('deployEc2Node', { name: 'two' }, { count: 2 })))).toBe('run')
    await house.store.activeRuns.remove(cluster.id)
    expect(await guardOf(fire(await aTrigger('removeEc2Node')))).toBe('blast-radius')
    await house.store.clusters.update(cluster.id, { min: 2 })
    clock.advance(300_001)
    expect(await guardOf(fire(await aTrigger('removeEc2Node', { name: 'last' })))).toBe('size')
  })

  test('after failed launches growth backs off', async () => {
    await house.store.clusters.update(cluster.id, { cooldownMs: 0 })
    const trigger = await aTrigger('deployEc2Node')
    const first = await fire(trigger)
    const runId = 'run' in first ? first.run.id : 0
    await end(runId, 'failed')
    await house.store.steps.updateWhere({ runId }, { state: 'failed' })
    clock.advance(1_000)
    expect(await guardOf(fire(trigger))).toBe('launch-back-off')
  })

  test('of an action that this version can not run is refused with words that say so', async () => {
    const trigger = await aTrigger('localScript', { name: 'puppet' })
    await house.store.actions.update(trigger.actions[0]?.actionId ?? 0, { type: 'osConfiguration' })
    const admitted = await fire(trigger)
    expect(admitted).toMatchObject({
      refusal: { guard: 'state', reason: expect.stringContaining("an osConfiguration: this version can't run those") },
    })
    expect(await process.admission.heldBackBy(trigger, noOutlook)).toMatchObject({ guard: 'state' })
    expect(await house.store.verdicts.list()).toMatchObject([{ outcome: 'refused', guard: 'state' }])
  })

  test('of a trigger that is gone begins nothing', async () => {
    const trigger = await aTrigger('localScript')
    await house.store.triggers.remove(trigger.id)
    expect(await guardOf(fire(trigger))).toBe('state')
  })
})

describe('by hand', () => {
  test('it skips state, pause and cooldown, but neither the red stop nor a run under way', async () => {
    const trigger = await aTrigger('deployEc2Node', { state: 'off', pausedUntil: clock.now() + 60_000 })
    const run = await process.admission.admitByHand(byHand({ trigger, reason: 'sale begins' }))
    expect(run.cause).toEqual({
      kind: 'person',
      text: 'by hand of admin: sale begins',
      by: 'admin',
      reason: 'sale begins',
    })
    await expect(process.admission.admitByHand(byHand({ trigger, forced: true, reason: 'now' }))).rejects.toMatchObject(
      { code: 'refused-by-guard', message: expect.stringContaining('a run under way') },
    )
    await end(run.id)
    await house.store.installation.update(1, { redStopAt: clock.now() })
    await expect(process.admission.admitByHand(byHand({ trigger, forced: true, reason: 'now' }))).rejects.toMatchObject(
      { code: 'refused-by-guard', message: expect.stringContaining('the red stop') },
    )
  })

  test('size yields to force with a reason, and to nothing less', async () => {
    const trigger = await aTrigger('deployEc2Node', {}, { count: 9 })
    await expect(process.admission.admitByHand(byHand({ trigger }))).rejects.toMatchObject({ code: 'refused-by-guard' })
    await expect(process.admission.admitByHand(byHand({ trigger, forced: true }))).rejects.toMatchObject({
      code: 'bad-input',
      findings: [{ path: 'reason', message: 'is missing: a run by force says why.' }],
    })
    expect((await process.admission.admitByHand(byHand({ trigger, forced: true, reason: 'sale' }))).effect).toBe('grow')
  })

  test('what is written alongside is written with the run, or neither is', async () => {
    const trigger = await aTrigger('localScript')
    const full = new Error('the trail is full')
    const alongside = () => Promise.reject(full)
    await expect(process.admission.admitByHand(byHand({ trigger }), alongside)).rejects.toThrow(full)
    expect(await house.store.runs.list()).toEqual([])
    const seen: number[] = []
    const run = await process.admission.admitByHand(byHand({ trigger }), async (_, { id }) => void seen.push(id))
    expect(seen).toEqual([run.id])
  })

  test('chosen nodes replace the cluster', async () => {
    const trigger = await aTrigger('localScript')
    const [, second] = await house.store.nodes.list()
    const run = await process.admission.admitByHand(byHand({ trigger, nodeIds: [second?.id ?? 0] }))
    expect((await house.see(run.id)).tasks.map(({ nodeName }) => nodeName)).toEqual(['shop02'])
  })

  test.each([
    { name: 'neither trigger nor action', request: {}, code: 'bad-input' },
    { name: 'no such trigger', request: { trigger: { id: 99 } }, code: 'not-found' },
    { name: 'no such node', request: { action: { id: 1 }, nodeIds: [99] }, code: 'not-found' },
    { name: 'nowhere to run', request: { action: { id: 1 } }, code: 'bad-input' },
    { name: 'an empty choice', request: { action: { id: 1 }, nodeIds: [] }, code: 'bad-input' },
  ])('refuses $name', async ({ request, code }) => {
    await house.action('a', 'localScript')
    await expect(process.admission.admitByHand(byHand(request))).rejects.toMatchObject({ code })
    expect(await house.store.runs.list()).toEqual([])
  })
})

describe('a plan', () => {
  test('is what the run would be, with the same hash; nothing is written', async () => {
    const trigger = await aTrigger('localScript')
    await house.store.nodes.update(1, { state: 'draining' })
    const [chosen] = await house.store.nodes.list({ where: { name: 'shop02' } })
    const request = byHand({ trigger, nodeIds: [chosen?.id ?? 0] })
    const plan = await process.admission.planOf(request)
    expect(plan).toMatchObject({
      trigger: { name: 'localScript' },
      cluster: { name: 'shop' },
      steps: [{ n: 1, tasks: [{ node: { name: 'shop02' }, text: 'work on shop02' }], leftOut: [] }],
      refusal: null,
    })
    expect(await house.store.runs.list()).toEqual([])
    expect((await process.admission.admitByHand(request)).planHash).toBe(plan.planHash)
    await house.store.actions.update(trigger.actions[0]?.actionId ?? 0, { timeoutMs: 1 })
    expect((await process.admission.planOf(request)).planHash).not.toBe(plan.planHash)
  })

  test('says why it would be refused, what is left out, and that a step would fail', async () => {
    house.machines.clear()
    const trigger = await aTrigger('localScript')
    await house.store.installation.update(1, { redStopAt: clock.now(), redStopBy: 'olga' })
    const plan = await process.admission.planOf(byHand({ trigger }))
    expect(plan.refusal).toMatchObject({ guard: 'red-stop', until: null })
    expect(plan.steps[0]?.leftOut.map(({ reason }) => reason)).toEqual(
      Array(2).fill('has no login: give it an SSH profile'),
    )
    expect(plan.steps[0]?.tasks[0]?.text).toMatch(/^would fail: 2 nodes of cluster "shop" would be left out/)
  })

  test('masks secrets', async () => {
    const echo = testKind({ plan: ({ script }) => `run ${String(script)}` })
    const other = await house.start([echo])
    const action = await house.action('a', 'localScript', {
      fields: { script: 'login hunter2!' },
      secrets: { PASSWORD: 'hunter2!' },
    })
    const plan = await other.admission.planOf(byHand({ action, nodeIds: [1] }))
    expect(plan.steps[0]?.tasks[0]?.text).toBe('run login •••')
  })
})

test('the desk can be given what this room offers', () => {
  const { planOf, admitByHand } = process.admission
  const desk: RunDesk = { planOf, admitByHand, ...process.answers }
  expect(Object.keys(desk).sort()).toEqual(['admitByHand', 'approve', 'cancel', 'planOf', 'reject', 'resolve', 'retry'])
})
