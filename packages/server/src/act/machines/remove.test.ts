import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NodeState } from '../../model/node.ts'
import { CloudFailure } from '../../reach/cloud/cloud.ts'
import { MachineHouse, PaperBalancer } from './machines.fixture.ts'
import { installationTag } from './means.ts'
import { removeMachine } from './remove.ts'

describe('removing a machine', () => {
  let at: MachineHouse
  let balancer: PaperBalancer
  beforeEach(async () => {
    at = await MachineHouse.open()
    const { uid } = await at.house.store.installation.get(1)
    at.cloud.add('i-1', { tags: { Name: 'shop01', [installationTag]: uid } })
    await at.launch()
    balancer = new PaperBalancer()
    balancer.members.set('i-1', 'in-service').set('i-2', 'in-service')
  })
  afterEach(() => at.close())

  async function remove(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const node = await at.house.store.nodes.update(at.node.id, { state: 'in-service' })
    const removal = { cloud: at.cloud, balancers: [balancer], drainMs: 5_000, mode: 'terminate' } as const
    return removeMachine({ ...at.attempt, signal }, at.means, node, removal)
  }
  const nodeStates = async (): Promise<NodeState[]> => (await at.house.store.nodes.list()).map(({ state }) => state)

  test('leaves the load balancers, ends the machine and forgets the node', async () => {
    await remove()
    expect([...balancer.members.keys()]).toEqual(['i-2'])
    expect(at.cloud.vms.get('i-1')?.state).toBe('terminated')
    expect(await nodeStates()).toEqual([])
  })

  test('cancelled once the machine was told to end, it is done all the same', async () => {
    const cancelling = new AbortController()
    at.cloud.onEnd = async (vm) => {
      if (vm.state === 'terminated') return
      vm.state = 'terminated'
      cancelling.abort('cancel')
      throw new CloudFailure('doubtful', 'no answer')
    }
    await remove(cancelling.signal)
    expect(await nodeStates()).toEqual([])
  })

  test('where the cloud refuses to end it, the node is in service again, and in its load balancers', async () => {
    at.cloud.onEnd = async () => {
      throw new CloudFailure('denied', 'not allowed')
    }
    await expect(remove()).rejects.toThrow('not allowed shop01 is in service again.')
    expect(await nodeStates()).toEqual(['in-service'])
    expect(balancer.members.has('i-1')).toBe(true)
  })

  test('a load balancer that does not take it back does not leave it draining', async () => {
    at.cloud.onEnd = async () => {
      throw new CloudFailure('denied', 'not allowed')
    }
    balancer.refusal = new CloudFailure('not-found', 'no such load balancer')
    const advice = 'register it by hand, or remove it: no such load balancer'
    const message = `not allowed shop01 is in service again, but not in all of its load balancers; ${advice}`
    await expect(remove()).rejects.toThrow(message)
    expect(await nodeStates()).toEqual(['in-service'])
  })
})
