import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Cluster } from '../../model/cluster.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Run } from '../../model/run.ts'
import type { Trigger } from '../../model/trigger.ts'
import { House, type Process, type TestKind, testKind } from '../act.fixture.ts'
import { TaskFailed } from '../action.ts'
import { type KeepMin, openKeepMin } from './keep-min.ts'

let clock: FakeClock
let house: House
let cluster: Cluster
let process: Process
let keepMin: KeepMin
let began: Run[]
/** Steps of the clock that the guard is told of. */
let clockStep: { at: number; byMs: number } | null

/** What the next deployments fail with. */
let trouble: TaskFailed | null

/** Adds a node to the cluster, as a deployment does. */
const grow: TestKind = testKind({
  id: 'deployEc2Node',
  effect: 'grow',
  per: 'once',
  plan: () => 'deploy a node',
  async run() {
    if (trouble) throw trouble
    await house.node(`made${await house.store.nodes.count()}`, { clusterId: cluster.id })
  },
})
const remove = testKind({ id: 'removeEc2Node', effect: 'remove', per: 'once', plan: () => 'remove a node' })

beforeEach(async () => {
  clock = new FakeClock()
  house = await House.open(clock)
  began = []
  clockStep = null
  trouble = null
  cluster = await house.cluster({ min: 2, max: 4, cooldownMs: 300_000 })
  await house.node('shop01', { clusterId: cluster.id })
  process = await house.start([grow, remove, testKind()])
  const { store, kinds, alerts, report } = process.parts
  keepMin = openKeepMin({
    ...{ store, kinds, clock, alerts, report, admission: process.admission },
    clockStep: () => clockStep,
    began: (run) => began.push(run),
  })
})
afterEach(async () => {
  await keepMin.close()
  await house.close()
})

async function aTrigger(some: Partial<Trigger> = {}, types: TestKind['id'][] = ['deployEc2Node']): Promise<Trigger> {
  const name = some.name ?? 'grow'
  const actions = []
  for (const type of types) actions.push({ actionId: (await house.action(`${name}-${type}`, type)).id })
  return house.trigger(cluster.id, actions, { name, ...some })
}

const verdicts = () => house.store.verdicts.list()
const alerts = async () =>
  (await house.store.alerts.list({ where: { state: ['open', 'acknowledged'] } })).map(({ text }) => text)

describe('a cluster below its min', () => {
  test('gets its growing trigger’s actions, one run after another without a cooldown, until it has enough', async () => {
    const trigger = await aTrigger()
    await house.store.clusters.update(cluster.id, { min: 3 })
    await keepMin.ask()
    expect(began).toMatchObject([
      { triggerId: trigger.id, cause: { kind: 'fire', text: 'shop has 1 node, its min is 3' } },
    ])
    await house.ended(began[0]?.id ?? 0)
    await keepMin.ask()
    expect(began[1]?.cause.text).toBe('shop has 2 nodes, its min is 3')
    await house.ended(began[1]?.id ?? 0)
    await keepMin.ask()
    expect(began).toHaveLength(2)
    expect(await verdicts()).toMatchObject([
      { outcome: 'fired', triggerId: trigger.id, reason: 'shop has 1 node, its min is 3', seriesId: null },
      { outcome: 'fired', runId: began[1]?.id },
    ])
  })

  test('is asked every 10 s', async () => {
    await aTrigger()
    clock.advance(10_000)
    await expect.poll(() => began.length).toBe(1)
  })

  test.each(['planned', 'launching', 'configuring', 'in-service'] as const)(
    'counts a node that is %s',
    async (state) => {
      await aTrigger()
      await house.node('shop02', { clusterId: cluster.id, state })
      await keepMin.ask()
      expect(began).toEqual([])
    },
  )

  test.each(['draining', 'out-of-service'] as const)('does not count a node that is %s', async (state) => {
    await aTrigger()
    await house.node('shop02', { clusterId: cluster.id, state })
    await keepMin.ask()
    expect(began).toHaveLength(1)
  })

  test('runs the first growing trigger that is on; not one that removes too, or works on the node in breach', async () => {
    await aTrigger({ name: 'watched', state: 'watch' })
    await aTrigger({ name: 'rotate' }, ['deployEc2Node', 'removeEc2Node'])
    const script = await house.action('repair', 'localScript')
    const deploy = await house.action('deploy', 'deployEc2Node')
    await house.trigger(cluster.id, [{ actionId: deploy.id }, { actionId: script.id, target: 'node' }], {
      name: 'repair',
    })
    await aTrigger({ name: 'script' }, ['localScript'])
    const first = await aTrigger({ name: 'second' })
    await aTrigger({ name: 'third' })
    await keepMin.ask()
    expect(began.map(({ triggerId }) => triggerId)).toEqual([first.id])
  })
})

describe('guards', () => {
  test.each([
    {
      guard: 'red-stop',
      hold: () => house.store.installation.update(1, { redStopAt: clock.now(), redStopBy: 'olga' }),
      reason:
        /^Keeping cluster "shop" at its min of 2 by trigger "grow" held back by the red stop \(.*\)\. It is tried again\.$/,
    },
    {
      guard: 'paused',
      hold: () => house.store.clusters.update(cluster.id, { pausedUntil: clock.now() + 1_000 }),
      reason: /cluster "shop" is paused/,
    },
    { guard: 'size', hold: () => house.store.clusters.update(cluster.id, { max: 1 }), reason: /may have 1/ },
    { guard: 'size', hold: () => house.store.clusters.update(cluster.id, { max: null }), reason: /has no max/ },
    {
      guard: 'clock-step',
      hold: async () => {
        const counter = await house.store.counters.insert({
          name: 'load1',
          source: 'ssh',
          fields: {},
          threshold: { comparison: '>', limit: 4 },
          periodMs: 10_000,
          unit: '',
          shared: false,
        })
        await house.store.triggers.updateWhere(
          { name: 'grow' },
          { counters: [{ counterId: counter.id, threshold: null }] },
        )
        clockStep = { at: clock.now(), byMs: 60_000 }
      },
      reason: /it went forward by 1m/,
    },
  ])('$guard holds it back, and the trigger shows why', async ({ guard, hold, reason }) => {
    await aTrigger()
    await hold()
    await keepMin.ask()
    await keepMin.ask()
    expect(began).toEqual([])
    expect(await verdicts()).toMatchObject([
      { outcome: 'refused', guard, reason: expect.stringMatching(reason), repeats: 1 },
    ])
  })

  test('a run under way holds it back, and so do failed launches', async () => {
    await aTrigger()
    await house.store.clusters.update(cluster.id, { min: 4 })
    trouble = new TaskFailed('no capacity', { retryable: false })
    await keepMin.ask()
    await keepMin.ask()
    expect((await verdicts()).at(-1)).toMatchObject({ outcome: 'refused', guard: 'run-under-way' })
    await house.ended(began[0]?.id ?? 0)
    await keepMin.ask()
    expect((await verdicts()).at(-1)).toMatchObject({ outcome: 'refused', guard: 'launch-back-off' })
    clock.advance(300_000)
    await keepMin.ask()
    await expect.poll(() => began.length).toBe(2)
  })

  test('the blast radius bounds how much is made up for at a time', async () => {
    await aTrigger()
    await house.store.clusters.update(cluster.id, { min: 4 })
    for (let round = 0; round < 3; round++) {
      await keepMin.ask()
      const last = began.at(-1)
      if (last) await house.ended(last.id)
    }
    expect(began).toHaveLength(2)
    expect((await verdicts()).at(-1)).toMatchObject({ guard: 'blast-radius' })
  })
})

describe('below-min', () => {
  /** Asks now and after so long. */
  async function askAfter(ms: number): Promise<string[]> {
    await keepMin.ask()
    clock.advance(ms)
    await keepMin.ask()
    return alerts()
  }

  test('is told after a minute where no trigger deploys, and resolved when the size is right', async () => {
    expect(await askAfter(60_000)).toEqual([])
    expect(await askAfter(1)).toEqual([
      'shop has 1 node, its min is 2, and it has no trigger that could deploy one. Make one whose action deploys a node and switch it on, add a node, or lower the min.',
    ])
    expect(await house.store.alerts.list()).toMatchObject([{ kind: 'below-min', subject: `cluster:${cluster.id}` }])
    await askAfter(60_000)
    expect(await house.store.alerts.list()).toMatchObject([{ repeats: 0 }])
    await house.node('shop02', { clusterId: cluster.id })
    await keepMin.ask()
    expect(await alerts()).toEqual([])
  })

  test('names the growing trigger that is not on', async () => {
    await aTrigger({ state: 'watch' })
    expect(await askAfter(60_001)).toEqual([
      'shop has 1 node, its min is 2. Its growing trigger "grow" is only in watch: switch it on, or lower the min.',
    ])
    await house.store.triggers.updateWhere({ name: 'grow' }, { state: 'on' })
    await keepMin.ask()
    expect([await alerts(), began.length]).toEqual([[], 1])
  })

  test('tells of a refusal that only a person can lift', async () => {
    await aTrigger()
    await house.store.clusters.update(cluster.id, { max: null })
    expect(await askAfter(60_001)).toEqual([expect.stringContaining('so nothing grows it by itself; set one')])
  })

  test('a cluster that never had a node is no news, nor is one that is gone', async () => {
    const empty = await house.cluster({ name: 'empty', min: 1 })
    await house.store.clusters.update(cluster.id, { min: 0 })
    expect(await askAfter(120_000)).toEqual([])
    const node = await house.node('empty01', { clusterId: empty.id, state: 'out-of-service' })
    expect(await askAfter(1)).toHaveLength(1)
    await house.store.nodes.remove(node.id)
    await house.store.clusters.remove(empty.id)
    await keepMin.ask()
    expect(await alerts()).toEqual([])
  })
})
