import { afterEach, beforeEach } from 'vitest'
import type { Action } from '../model/action.ts'
import type { Cluster } from '../model/cluster.ts'
import type { Node } from '../model/node.ts'
import type { Trigger, TriggerAction } from '../model/trigger.ts'
import type { Machine } from '../reach/machine.ts'
import { House, type TestKind, testKind } from './act.fixture.ts'
import type { Attempt } from './action.ts'

/** A house with one cluster, anew for each test of the file. */
export class EngineHouse {
  house!: House
  cluster!: Cluster

  /** Nodes in service that can be reached. */
  async nodes(...names: string[]): Promise<Node[]> {
    const made: Node[] = []
    for (const name of names) {
      const node = await this.house.node(name, { clusterId: this.cluster.id })
      this.house.machines.set(node.id, idleMachine)
      made.push(node)
    }
    return made
  }

  /** A trigger of these actions, on the cluster unless told. */
  trigger(...actions: (Partial<TriggerAction> & { actionId: number })[]): Promise<Trigger> {
    return this.house.trigger(this.cluster.id, actions)
  }

  action(name: string, some: Partial<Omit<Action, 'secrets'>> = {}): Promise<Action> {
    return this.house.action(name, some.type ?? 'localScript', some)
  }
}

/** Opens the house before each test and closes it after. */
export function engineHouse(): EngineHouse {
  const at = new EngineHouse()
  beforeEach(async () => {
    at.house = await House.open()
    at.cluster = await at.house.cluster()
  })
  afterEach(() => at.house.close())
  return at
}

/** One that nobody has tried to reach yet. */
export const idleMachine = { status: { state: 'idle', failure: null, retryAt: null, openedAt: null } } as Machine

/** A kind that writes down what is run, in order. */
export function recording(some: Partial<TestKind> = {}): { kind: TestKind; ran: string[] } {
  const ran: string[] = []
  const run = async (attempt: Attempt) => {
    ran.push(`${attempt.step} ${attempt.node?.name ?? '-'} ${attempt.attempt}`)
    await some.run?.(attempt)
  }
  return { kind: testKind({ ...some, run }), ran }
}

/** Rejects when the signal aborts. */
export function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Error('stopped'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
}
