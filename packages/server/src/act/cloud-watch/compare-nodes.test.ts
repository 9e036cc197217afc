import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unreachable, Watched } from './cloud-watch.fixture.ts'

let at: Watched
beforeEach(async () => {
  at = await Watched.open()
})
afterEach(() => at.close())

describe("a node's machine", () => {
  test.each([
    { state: 'terminated', reason: null, told: 'vm-gone', text: 'is terminated' },
    {
      state: 'shutting-down',
      reason: 'Server.SpotInstanceTermination: Spot instance termination.',
      told: 'vm-gone',
      text: 'is shutting-down (Server.SpotInstanceTermination: Spot instance termination)',
    },
    { state: 'stopping', reason: null, told: 'vm-changed', text: 'is stopping' },
    { state: 'stopped', reason: null, told: 'vm-changed', text: 'is stopped' },
  ] as const)('that $text takes its node out of service at once', async ({ state, reason, told, text }) => {
    const node = await at.node('shop01')
    at.cloud.change(node.instanceId, { state, reason })
    await at.watch.look()
    expect(await at.stateOf(node)).toBe('out-of-service')
    expect(await at.alerts()).toEqual([`${told} node:${node.id}`])
    expect(await at.alertText()).toContain(`The machine of shop01, i-shop01, ${text}. shop01 is out of service`)
    expect(at.tookOut).toBe(1)
  })

  test('that is missing is gone only when a look 30 s later misses it too', async () => {
    const node = await at.node('shop01')
    at.cloud.vms.delete(node.instanceId)
    await at.lookAfter(0)
    await at.lookAfter(29)
    expect(await at.stateOf(node)).toBe('in-service')
    await at.lookAfter(1)
    expect(await at.stateOf(node)).toBe('out-of-service')
    expect(await at.alertText()).toContain('i-shop01, is not known to the cloud any more')
  })

  test('that was stopped and runs again brings its node back, after a restart of tscaler too', async () => {
    const node = await at.node('shop01')
    at.cloud.change(node.instanceId, { state: 'stopped' })
    await at.watch.look()
    await at.watch.close()
    at.watch = at.newWatch()
    at.cloud.change(node.instanceId, { state: 'pending' })
    await at.watch.look()
    expect(await at.stateOf(node)).toBe('out-of-service')
    at.cloud.change(node.instanceId, { state: 'running' })
    await at.watch.look()
    expect(await at.house.store.nodes.get(node.id)).toMatchObject({ state: 'in-service', inServiceAt: at.clock.now() })
    expect(await at.alerts()).toEqual([])
  })

  test('that is stopped and then terminated is told of as gone', async () => {
    const node = await at.node('shop01')
    at.cloud.change(node.instanceId, { state: 'stopped' })
    await at.watch.look()
    at.cloud.change(node.instanceId, { state: 'terminated' })
    await at.watch.look()
    expect(await at.alerts()).toEqual([`vm-gone node:${node.id}`])
  })

  test('that a removal stopped stays as it is: the watch did not take it out', async () => {
    const node = await at.node('shop01', { state: 'out-of-service' }, { state: 'stopped' })
    await at.watch.look()
    at.cloud.change(node.instanceId, { state: 'running' })
    await at.watch.look()
    expect([await at.stateOf(node), await at.alerts()]).toEqual(['out-of-service', []])
    at.cloud.change(node.instanceId, { state: 'terminated' })
    await at.watch.look()
    expect(await at.alerts()).toEqual(['vm-gone vm:i-shop01'])
  })

  test('at another address than before takes its node out, until the node has it', async () => {
    const node = await at.node('shop01')
    await at.watch.look()
    at.cloud.change(node.instanceId, { host: '10.0.0.9' })
    await at.watch.look()
    expect(await at.stateOf(node)).toBe('out-of-service')
    expect(await at.alertText()).toContain('is at 10.0.0.9 now, no longer at 10.0.0.1.')
    expect(await at.alertText()).toContain('give the node the host name 10.0.0.9')
    await at.house.store.nodes.update(node.id, { hostname: '10.0.0.9' })
    await at.watch.look()
    expect([await at.stateOf(node), await at.alerts()]).toEqual(['in-service', []])
  })

  test.each([
    { name: 'a name', hostname: 'shop01.example.org' },
    { name: 'another address of it', hostname: '203.0.113.7' },
  ])('of a node that is reached at $name is not taken for re-addressed', async ({ hostname }) => {
    const node = await at.node('shop01', { hostname }, { host: '10.0.0.1' })
    await at.watch.look()
    at.cloud.change(node.instanceId, { host: '10.0.0.2' })
    await at.watch.look()
    expect([await at.stateOf(node), await at.alerts()]).toEqual(['in-service', []])
  })

  test.each(['planned', 'launching', 'configuring', 'draining'] as const)(
    'is not judged while the node is %s',
    async (state) => {
      const node = await at.node('shop01', { state }, { state: 'stopped' })
      await at.watch.look()
      expect([await at.stateOf(node), await at.alerts()]).toEqual([state, []])
    },
  )

  test('is not judged in its first two minutes, nor while a run works on the node', async () => {
    const node = await at.node('shop01', {}, { state: 'stopped' })
    const run = await at.launch(node, { state: 'ended' }, 'running')
    await at.house.store.nodeLocks.insert({ id: node.id, runId: run.runId })
    await at.house.store.nodes.update(node.id, { inServiceAt: at.clock.now() - 119_000 })
    await at.watch.look()
    await at.lookAfter(1)
    expect(await at.stateOf(node)).toBe('in-service')
    await at.house.store.nodeLocks.removeWhere({ id: node.id })
    await at.watch.look()
    expect(await at.stateOf(node)).toBe('out-of-service')
  })

  test('adopted without tags is found; many of them by one list', async () => {
    for (let n = 1; n <= 6; n++) await at.node(`shop0${n}`, {}, { tags: {} })
    const { instances } = await at.watch.look()
    expect(instances.map(({ kind, node }) => `${kind} ${node?.name}`)).toHaveLength(6)
    expect(at.cloud.calls).toEqual(['list', 'list'])
  })

  test('when nearly half of many are missing at once, the cloud is doubted and not the nodes', async () => {
    const nodes = []
    for (let n = 1; n <= 8; n++) nodes.push(await at.node(`shop0${n}`))
    for (const { instanceId } of nodes.slice(0, 4)) at.cloud.vms.delete(instanceId)
    for (let look = 0; look < 3; look++) await at.lookAfter(60)
    expect(await Promise.all(nodes.map((node) => at.stateOf(node)))).toEqual(Array(8).fill('in-service'))
    expect(await at.alerts()).toEqual(['cloud-unread cloud:eu-west-1:machines'])
    expect(await at.alertText()).toContain('does not know 4 of the 8 machines of nodes in service.')
  })
})

test('whatever the looks see, no node is marked on one missing look', async () => {
  const look = fc.record({
    sees: fc.constantFrom('there', 'missing', 'nothing'),
    afterS: fc.integer({ min: 0, max: 90 }),
  })
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(look, { maxLength: 8 }), async (looks) => {
      const node = await at.node(`shop${count++}`)
      let missingSince: number | undefined
      for (const { sees, afterS } of looks) {
        at.cloud.failure = sees === 'nothing' ? unreachable() : null
        if (sees === 'there') at.cloud.add(node.instanceId, { tags: at.tags(node.name) })
        if (sees === 'missing') at.cloud.vms.delete(node.instanceId)
        const before = await at.stateOf(node)
        await at.lookAfter(afterS)
        const [after, now] = [await at.stateOf(node), at.clock.monotonic()]
        if (sees === 'there') missingSince = undefined
        if (sees === 'missing') missingSince ??= now
        if (sees === 'nothing') expect(after).toBe(before)
        // Back in service it is young again, so that a look may be silent that could speak: never the other way round.
        if (before === 'in-service' && after !== before)
          expect(now - (missingSince ?? now)).toBeGreaterThanOrEqual(30_000)
      }
      at.cloud.failure = null
      await at.house.store.nodes.remove(node.id)
      at.cloud.vms.delete(node.instanceId)
    }),
    { numRuns: 40 },
  )
}, 60_000)

describe('load balancers', () => {
  beforeEach(async () => {
    await at.close()
    at = await Watched.open({ loadBalancers: ['shop-lb'], targetGroups: ['shop-tg'] })
    at.cloud.members.set('shop-lb', new Map())
    at.cloud.members.set('shop-tg', new Map())
  })

  test('a node in service that is in none, or drains, is told of in a second look, and nothing else is done', async () => {
    const node = await at.node('shop01')
    at.cloud.members.get('shop-tg')?.set('i-shop01', 'draining')
    await at.lookAfter(0)
    expect(await at.alerts()).toEqual([])
    await at.lookAfter(60)
    expect([await at.stateOf(node), await at.alerts()]).toEqual(['in-service', ['vm-changed vm:i-shop01']])
    expect(await at.alertText()).toBe(
      'shop01 (i-shop01) is in service, but is not in load balancer shop-lb and drains in load balancer shop-tg: no requests come to it from there. Register it there again, or remove it.',
    )
    at.cloud.members.get('shop-lb')?.set('i-shop01', 'in-service')
    at.cloud.members.get('shop-tg')?.set('i-shop01', 'out-of-service')
    await at.lookAfter(60)
    expect(await at.alerts()).toEqual([])
  })
})
