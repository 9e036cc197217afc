import { expect, test } from 'vitest'
import type { Machine } from '../reach/machine.ts'
import { byHand, House, type Seen, testKind } from './act.fixture.ts'
import { type ActionKind, type Attempt, type Probe, TaskFailed } from './action.ts'
import { openAdmission } from './admit.ts'
import { type CrashPoint, Mortal } from './crash.fixture.ts'

/** The world outside, which outlives every process: what was begun and done there, by token. */
class World {
  readonly done = new Map<string, number>()
  readonly begun = new Set<string>()

  begin(attempt: Attempt): void {
    this.begun.add(attempt.folder)
  }

  finish({ token }: Attempt): void {
    this.done.set(token, (this.done.get(token) ?? 0) + 1)
  }

  probe({ token, folder }: Attempt): Probe {
    if (this.done.has(token)) return { kind: 'done', text: 'it is done' }
    return this.begun.has(folder) ? { kind: 'running' } : { kind: 'not-done' }
  }
}

/** Kinds that work on the world through a process that may die at any of their steps. */
function kindsOn(world: World, house: House, clusterId: number, mortal?: Mortal): ActionKind[] {
  const step = (work: () => void) => (mortal ? mortal.step(async () => work()) : Promise.resolve(work()))
  const work = async (attempt: Attempt) => {
    attempt.log(`works on ${attempt.node?.name ?? 'nothing'}`)
    if (attempt.node?.name.startsWith('first') && attempt.attempt === 1 && attempt.step === 1)
      throw new TaskFailed('not yet', { retryable: true })
    await step(() => world.begin(attempt))
    await step(() => world.finish(attempt))
  }
  // What was begun in the world goes on there without us; following it is waiting for its end.
  const resume = (attempt: Attempt) => step(() => world.finish(attempt))
  const deploy = async (attempt: Attempt) => {
    const name = `new-${attempt.token.slice(0, 8)}`
    await step(() => world.begin(attempt))
    const known = await house.store.nodes.findOne({ name })
    const node = known ?? (await house.node(name, { clusterId, state: 'configuring' }))
    house.machines.set(node.id, idle)
    await attempt.bind(node)
    await step(() => world.finish(attempt))
  }
  const probe = async (attempt: Attempt) => world.probe(attempt)
  return [
    testKind({ run: work, probe, resume }),
    // A launch that was begun is found by its token and finished by the same calls.
    testKind({ id: 'deployEc2Node', effect: 'grow', per: 'once', run: deploy, probe, resume: deploy }),
  ]
}

const idle = { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine

/** Two nodes, a step on both (one of them fails at first), a new node, a step on it: the run's end, and the world's. */
async function play(
  house: House,
  point: CrashPoint,
): Promise<{ seen: Seen; world: World; crashed: boolean; nodes: number }> {
  const world = new World()
  const name = `${point.when}-${point.at}`
  const cluster = await house.cluster({ name })
  const clusterId = cluster.id
  for (const node of [`first-${name}`, `second-${name}`])
    house.machines.set((await house.node(node, { clusterId })).id, idle)
  const app = await house.action(`app-${name}`, 'localScript', { retries: 1, retryDelayMs: 1 })
  const launch = await house.action(`launch-${name}`, 'deployEc2Node', {})
  const actions = [{ actionId: app.id }, { actionId: launch.id }, { actionId: app.id, target: 'last-node' as const }]
  const trigger = await house.trigger(clusterId, actions, { name })
  const mortal = new Mortal(point)
  const first = await house.start(kindsOn(world, house, clusterId, mortal), {
    store: mortal.storeOf(house.store),
    crashes: true,
  })
  // Admitted beside it: what is tried here is the engine.
  const run = await openAdmission({ ...first.parts, store: house.store }).admitByHand(byHand({ trigger }))
  const ended = house.ended(run.id).catch((thrown: unknown) => thrown)
  await Promise.race([mortal.died, ended])
  const crashed = mortal.isDead
  await house.store.leases.endAll()
  const next = crashed ? await house.start(kindsOn(world, house, clusterId)) : first
  const seen = await house.ended(run.id)
  await next.close()
  return { seen, world, crashed, nodes: await house.store.nodes.count({ clusterId }) }
}

test.each(['before', 'after'] as const)(
  'killed %s any of its steps, a run goes on: nothing is lost and nothing is done twice',
  async (when) => {
    const house = await House.open()
    let at = 0
    for (; ; at++) {
      const { seen, world, crashed, nodes } = await play(house, { at, when })
      const where = `crashed ${when} step ${at}: ${JSON.stringify(seen, null, 1)}`
      expect(seen.run.state, where).toBe('succeeded')
      expect(
        seen.steps.map(({ state }) => state),
        where,
      ).toEqual(['succeeded', 'succeeded', 'succeeded'])
      expect(
        seen.tasks.map(({ state }) => state),
        where,
      ).toEqual(['succeeded', 'succeeded', 'succeeded', 'succeeded'])
      expect(new Set(seen.tasks.map(({ token }) => token)), where).toEqual(new Set(world.done.keys()))
      expect([...world.done.values()], where).toEqual([1, 1, 1, 1])
      expect(nodes, where).toBe(3)
      expect([await house.store.nodeLocks.count(), await house.store.activeRuns.count()], where).toEqual([0, 0])
      if (!crashed) break
    }
    await house.close()
    // Fewer would mean that the crashes no longer reach the engine's steps.
    expect(at).toBeGreaterThan(60)
  },
  120_000,
)
