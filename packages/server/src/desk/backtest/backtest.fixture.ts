import { aCluster, aCounter, aNode, aTrigger } from '../../decide/fixtures.ts'
import type { Kept } from '../../keep/history/history.ts'
import type { Cluster } from '../../model/cluster.ts'
import { failureKinds } from '../../model/sample.ts'
import type { Trigger } from '../../model/trigger.ts'
import { openTestDesk, type TestDesk } from '../desk.fixture.ts'

/** The clock of a test desk begins here; it is no whole minute. */
export const begin = 1_700_000_000_000

/** What a test says of its shop. */
export interface Shop {
  trigger?: Partial<Trigger>
  cluster?: Partial<Cluster>
  /** Of load1; the default is `> 4` every 10 s. */
  nodes?: readonly string[]
}

/** Ids of its actions. */
export const deploy = 1
export const drop = 2
export const tell = 3

/** A desk with one cluster of nodes in service since ever, the counter `load1`, three actions and one trigger, which tells. */
export async function openShop({ trigger, cluster, nodes = ['shop01', 'shop02'] }: Shop = {}): Promise<TestDesk> {
  const desk = await openTestDesk()
  const { store } = desk
  await store.counters.insert(aCounter())
  await store.clusters.insert(aCluster(cluster))
  for (const [index, name] of nodes.entries())
    await store.nodes.insert(aNode({ id: index + 1, name, sshProfileId: null }))
  const plain = { timeoutMs: 60_000, retries: 0, retryDelayMs: 0, secrets: {} }
  await store.actions.insert({ ...plain, name: 'new-node', type: 'deployEc2Node', fields: { count: 1 } })
  await store.actions.insert({ ...plain, name: 'drop-node', type: 'removeEc2Node', fields: {} })
  await store.actions.insert({ ...plain, name: 'tell-us', type: 'email', fields: {} })
  await store.triggers.insert(aTrigger({ actions: [doing(tell)], ...trigger }))
  return desk
}

/** A trigger's step. */
export function doing(actionId: number): Trigger['actions'][number] {
  return { actionId, target: actionId === tell ? 'none' : 'cluster', onFailure: 'stop' }
}

/** Writes values of a series every 10 s from the begin, `null` for a timeout; the clock goes on to the end of it. */
export async function record(desk: TestDesk, said: Record<string, readonly (number | null)[]>): Promise<void> {
  const timeout = failureKinds.indexOf('timeout') + 1
  const kept: Kept[] = Object.entries(said).flatMap(([series, values]) =>
    values.map((value, place) => {
      const at = begin + place * 10_000
      return value === null
        ? { series, at, value: Number.NaN, failure: timeout, text: 'no answer', hits: 0 }
        : { series, at, value, failure: 0, hits: 0 }
    }),
  )
  desk.history.append(kept)
  await desk.history.flush()
  const longest = Math.max(...Object.values(said).map(({ length }) => length))
  desk.clock.advance(Math.max(0, begin + longest * 10_000 - desk.clock.now()))
}

/** Instants as seconds since the begin. */
export const secondsOf = (marks: readonly { at: number }[]) => marks.map(({ at }) => (at - begin) / 1_000)

/** So many times the value. */
export const times = (count: number, value: number | null) => Array.from({ length: count }, () => value)
