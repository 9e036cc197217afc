import { afterAll, beforeAll, expect, test } from 'vitest'
import { byHand, House, type Process, type Seen, testKind } from './act.fixture.ts'
import { type ActionKind, type Attempt, type Probe, TaskFailed } from './action.ts'
import { openAdmission } from './admit.ts'
import { type CrashPoint, Mortal } from './crash.fixture.ts'
import { idleMachine } from './engine.fixture.ts'

/** The world outside, which outlives every process: folders as on machines, and what was really done, by token. */
class World {
  /** Whether the script of each folder has ended. */
  readonly #folders = new Map<string, boolean>()
  readonly done = new Map<string, number>()

  /** Beginning the same folder again changes nothing. */
  begin({ folder }: Attempt): void {
    if (!this.#folders.has(folder)) this.#folders.set(folder, false)
  }

  finish({ folder, token }: Attempt): void {
    if (this.#folders.get(folder) !== false) return
    this.#folders.set(folder, true)
    this.done.set(token, (this.done.get(token) ?? 0) + 1)
  }

  probe({ folder }: Attempt): Probe {
    return this.#folders.has(folder) ? { kind: 'running' } : { kind: 'not-done' }
  }

  forget({ folder }: Attempt): void {
    this.#folders.delete(folder)
  }
}

/** Kinds that work on the world through a process that may die at any of their steps. */
function kindsOn(world: World, clusterId: number, fails: boolean, mortal?: Mortal): ActionKind[] {
  const step = (work: () => unknown) =>
    mortal ? mortal.step(async () => void (await work())) : Promise.resolve(work()).then(() => {})
  const probe = async (attempt: Attempt) => world.probe(attempt)
  const forget = (attempt: Attempt) => step(() => world.forget(attempt))
  const script = async (attempt: Attempt) => {
    attempt.log(`works on ${attempt.node?.name ?? 'nothing'}`)
    const isFirst = attempt.node?.name.startsWith('first')
    if (isFirst && (fails || attempt.attempt === 1)) throw new TaskFailed('not yet', { retryable: true })
    await step(() => world.begin(attempt))
    await step(() => world.finish(attempt))
  }
  const deploy = async (attempt: Attempt) => {
    const name = `new-${attempt.token.slice(0, 8)}`
    await step(() => world.begin(attempt))
    let node = await house.store.nodes.findOne({ name })
    await step(async () => {
      node ??= await house.node(name, { clusterId, state: 'configuring' })
    })
    if (!node) throw new Error('no node was made')
    house.machines.set(node.id, idleMachine)
    await house.store.tasks.update(attempt.taskId, { nodeId: node.id, nodeName: node.name })
    await step(() => world.finish(attempt))
  }
  const undo = async ({ token }: Attempt) => {
    await step(() => house.store.nodes.removeWhere({ name: `new-${token.slice(0, 8)}` }))
    return 'undone' as const
  }
  return [
    testKind({ run: script, probe, resume: (attempt) => step(() => world.finish(attempt)), forget }),
    testKind({ id: 'deployEc2Node', effect: 'grow', per: 'once', run: deploy, probe, resume: deploy, forget, undo }),
  ]
}

/** Two nodes: a step on both (one of them fails at first, or always), a new node, a step on it. Begun by a process that dies. */
async function play(
  point: CrashPoint,
  fails: boolean,
): Promise<{ seen: Seen; world: World; crashed: boolean; nodes: number }> {
  const world = new World()
  const name = `n${point.when}-${point.at}-${fails}`
  const { id: clusterId } = await house.cluster({ name })
  for (const node of [`first-${name}`, `second-${name}`]) {
    house.machines.set((await house.node(node, { clusterId })).id, idleMachine)
  }
  const app = await house.action(`app-${name}`, 'localScript', { retries: 1, retryDelayMs: 1 })
  const launch = await house.action(`launch-${name}`, 'deployEc2Node', {})
  const [onAll, launching] = [{ actionId: app.id }, { actionId: launch.id, onFailure: 'undo' as const }]
  const actions = fails ? [launching, onAll] : [onAll, launching, { actionId: app.id, target: 'last-node' as const }]
  const trigger = await house.trigger(clusterId, actions, { name })
  const mortal = new Mortal(point)
  const first = await house.start(kindsOn(world, clusterId, fails, mortal), {
    store: mortal.storeOf(house.store),
    crashes: true,
  })
  // Admitted beside it: what is tried here is the engine.
  const run = await openAdmission({ ...first.parts, store: house.store }).admitByHand(byHand({ trigger }))
  await Promise.race([mortal.died, house.ended(run.id).catch(() => {})])
  const crashed = mortal.isDead
  if (crashed) await house.store.leases.endAll()
  const next: Process = crashed ? await house.start(kindsOn(world, clusterId, fails)) : first
  const seen = await house.ended(run.id)
  await next.close()
  return { seen, world, crashed, nodes: await house.store.nodes.count({ clusterId }) }
}

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

/** Plays with a crash at every step until one is past the end; gives how many there were. */
async function playAll(
  when: CrashPoint['when'],
  fails: boolean,
  check: (played: Awaited<ReturnType<typeof play>>, where: string) => void,
): Promise<number> {
  for (let at = 0; ; at++) {
    const played = await play({ at, when }, fails)
    const where = `died ${when} step ${at}: ${JSON.stringify(played.seen, null, 1)}`
    check(played, where)
    expect([await house.store.nodeLocks.count(), await house.store.activeRuns.count()], where).toEqual([0, 0])
    if (!played.crashed) return at
  }
}

test.each(['before', 'after'] as const)(
  'killed %s any of its steps, a run goes on: nothing is lost and nothing is done twice',
  async (when) => {
    const steps = await playAll(when, false, ({ seen, world, nodes }, where) => {
      expect(seen.run.state, where).toBe('succeeded')
      expect(new Set([...seen.steps, ...seen.tasks].map(({ state }) => state)), where).toEqual(new Set(['succeeded']))
      expect(new Set(seen.tasks.map(({ token }) => token)), where).toEqual(new Set(world.done.keys()))
      expect([...world.done.values()], where).toEqual([1, 1, 1, 1])
      expect(nodes, where).toBe(3)
    })
    // Fewer would mean that the crashes no longer reach the engine's steps.
    expect(steps).toBeGreaterThan(60)
  },
  120_000,
)

test.each(['before', 'after'] as const)(
  'killed %s any of its steps, a run that fails still takes back what it made',
  async (when) => {
    const steps = await playAll(when, true, ({ seen, nodes }, where) => {
      expect(seen.run.state, where).toBe('failed')
      expect(seen.run.note, where).toMatch(/^step 2 \(app-.*\) failed: first-.*: not yet$/)
      expect(
        seen.steps.map(({ state }) => state),
        where,
      ).toEqual(['undone', 'failed'])
      expect(nodes, where).toBe(2)
    })
    expect(steps).toBeGreaterThan(40)
  },
  120_000,
)
