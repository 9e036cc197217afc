import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unreachable, Watched } from './cloud-watch.fixture.ts'

let at: Watched
beforeEach(async () => {
  at = await Watched.open()
})
afterEach(() => at.close())

describe('a cloud is asked only where EC2 is used', () => {
  test('not for a profile alone', async () => {
    expect(await at.watch.look()).toEqual({ instances: [], lookedAt: at.clock.now(), trouble: [] })
    expect(at.cloud.calls).toEqual([])
  })

  test('for a node, and for a launch of long ago', async () => {
    await at.launch({ id: 1, name: 'shop01' }, { state: 'ended' }, 'failed')
    await at.watch.look()
    expect(at.cloud.calls).toEqual(['list'])
  })
})

describe('a cloud that can not be read', () => {
  test('is told of after three looks in a row, and its nodes stay as they are', async () => {
    const node = await at.node('shop01')
    await at.watch.look()
    at.cloud.failure = unreachable()
    at.cloud.vms.clear()
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect(await at.alerts()).toEqual([])
    await at.lookAfter(60)
    expect([await at.stateOf(node), await at.alerts()]).toEqual(['in-service', ['cloud-unread cloud:eu-west-1']])
    expect(await at.alertText()).toBe(
      'EC2 eu-west-1 could not be reached. Check the network. Until it can be read, what is known of its nodes stays as it is.',
    )
    expect(at.watch.seen).toMatchObject({
      instances: [{ id: 'i-shop01' }],
      trouble: ['EC2 eu-west-1 could not be reached. Check the network.'],
    })
    at.cloud.failure = null
    await at.lookAfter(60)
    expect(await at.alerts()).toEqual([])
  })

  test('resolves nothing that was told of its machines', async () => {
    const node = await at.node('shop01', {}, { state: 'stopped' })
    at.cloud.add('i-lost', { tags: at.tags('shop07') })
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    const told = [`vm-changed node:${node.id}`, 'vm-orphan vm:i-lost']
    expect(await at.alerts()).toEqual(told)
    at.cloud.failure = unreachable()
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect(await at.alerts()).toEqual(told)
  })
})

describe('when it looks', () => {
  test('soon after the start, and then every minute', async () => {
    await at.node('shop01')
    const watch = at.newWatch(at.clock)
    const looks = () => at.cloud.calls.filter((call) => call === 'list').length
    at.clock.advance(5_000)
    await expect.poll(looks).toBe(1)
    await expect.poll(() => watch.seen.lookedAt).not.toBeNull()
    at.clock.advance(60_000)
    await expect.poll(looks).toBe(2)
    await watch.close()
  })

  test('at once when a run that changed nodes has ended, and not for others', async () => {
    const node = await at.node('shop01')
    await at.watch.look()
    at.cloud.calls.length = 0
    const { runId } = await at.launch(node, { state: 'ended' }, 'running')
    at.process.queue.tell('run.changed', { runId })
    at.clock.advance(1_000)
    await at.house.store.runs.update(runId, { state: 'succeeded', endedAt: at.clock.now() })
    at.process.queue.tell('run.changed', { runId })
    await expect.poll(() => at.watch.seen.lookedAt).toBe(at.clock.now())
    expect(at.cloud.calls).toEqual(['list'])
  })

  test('fresh looks anew, but not within two seconds', async () => {
    await at.node('shop01')
    const first = await at.watch.fresh()
    expect(await at.watch.fresh()).toBe(first)
    at.clock.advance(2_000)
    expect((await at.watch.fresh()).lookedAt).toBe(at.clock.now())
  })
})
