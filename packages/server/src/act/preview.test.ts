import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Machine } from '../reach/machine.ts'
import { byHand, House, type Process, testKind } from './act.fixture.ts'
import type { Attempt } from './action.ts'

let house: House
const idle = { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine

beforeEach(async () => {
  house = await House.open()
})
afterEach(() => house.close())

async function previewed(
  some: Parameters<typeof testKind>[0],
  {
    nodes = 1,
    local = false,
    serverCommands = true,
  }: { nodes?: number; local?: boolean; serverCommands?: boolean } = {},
) {
  const cluster = await house.cluster()
  for (let n = 1; n <= nodes; n++) {
    const { id } = await house.node(`shop${n}`, { clusterId: cluster.id, local })
    house.machines.set(id, idle)
  }
  const process: Process = await house.start([testKind(some)], { serverCommands })
  const action = await house.action('base', 'localScript', { secrets: { PASSWORD: 'hunter2!' } })
  const request = byHand({ action, clusterId: cluster.id })
  const plan = await process.admission.planOf(request, { preview: true })
  expect(await house.store.runs.list()).toEqual([])
  return { plan, plain: await process.admission.planOf(request) }
}

describe('a plan with a preview', () => {
  test('holds what each target says, secrets masked, and is the same plan else', async () => {
    const seen: Attempt[] = []
    const forgotten: string[] = []
    const { plan, plain } = await previewed(
      {
        preview: async (attempt) => {
          seen.push(attempt)
          return [`would change ${attempt.node?.name}`, `with ${attempt.secrets.PASSWORD}`]
        },
        forget: async ({ folder }) => void forgotten.push(folder),
      },
      { nodes: 2 },
    )
    expect(plan.steps[0]?.tasks.map(({ preview }) => preview)).toEqual([
      ['would change shop1', 'with •••'],
      ['would change shop2', 'with •••'],
    ])
    expect(plan.planHash).toBe(plain.planHash)
    expect(plain.steps[0]?.tasks.map(({ preview }) => preview)).toEqual([undefined, undefined])
    expect(forgotten.sort()).toEqual(seen.map(({ folder }) => folder).sort())
    expect(new Set(forgotten).size).toBe(2)
  })

  test('of actions that can not tell is the plan itself', async () => {
    const { plan, plain } = await previewed({})
    expect(plan).toEqual(plain)
  })

  test('says why a target could not be asked', async () => {
    const { plan } = await previewed({
      preview: async ({ secrets }) => {
        throw new Error(`no way in with ${secrets.PASSWORD}`)
      },
    })
    expect(plan.steps[0]?.tasks[0]?.preview).toEqual(['not known: no way in with •••'])
  })

  test('asks five at a time, and twenty at most', async () => {
    let [now, most] = [0, 0]
    const preview = async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      return ['asked']
    }
    const { plan } = await previewed({ preview }, { nodes: 22 })
    const lines = plan.steps[0]?.tasks.map(({ preview }) => preview?.[0]) ?? []
    expect(lines.filter((line) => line === 'asked')).toHaveLength(20)
    expect(lines.slice(20)).toEqual(Array(2).fill('not asked: a preview is of 20 nodes at most. Choose nodes'))
    expect(most).toBe(5)
  })

  test("leaves tscaler's own machine alone while server commands are off", async () => {
    const { plan } = await previewed({ preview: async () => ['asked'] }, { local: true, serverCommands: false })
    expect(plan.steps[0]?.tasks[0]?.preview).toEqual([
      "not asked: server commands are off, and it is tscaler's own machine",
    ])
  })
})
