import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Watched } from './cloud-watch.fixture.ts'

let at: Watched
beforeEach(async () => {
  at = await Watched.open()
})
afterEach(() => at.close())

describe('a launch that nobody will finish', () => {
  test('its machine is told of while it runs, and forgotten when it has ended', async () => {
    const launch = await at.launch({ id: 99, name: 'shop02' }, { vmId: 'i-left' }, 'failed')
    at.cloud.add('i-left', { tags: at.tags('shop02', launch.runId) })
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect([await at.alerts(), at.watch.seen.instances[0]?.kind]).toEqual([['vm-not-ended vm:i-left'], 'not-ended'])
    expect(await at.alertText()).toBe(
      `i-left (t3.micro) is running and works for nobody: it was made by run ${launch.runId}, and its node shop02 is gone. End it: tscaler end-instance i-left --reason …`,
    )
    at.cloud.change('i-left', { state: 'terminated' })
    await at.lookAfter(60)
    expect(await at.alerts()).toEqual([])
    expect(await at.house.store.launches.get(launch.id)).toMatchObject({ state: 'ended', error: 'i-left is gone.' })
  })

  test('one whose machine nobody knows is found by its token', async () => {
    const launch = await at.launch({ id: 99, name: 'shop02' }, { state: 'asked' }, 'failed')
    at.cloud.add('i-left')
    at.cloud.made.set(launch.token, 'i-left')
    await at.watch.look()
    expect(await at.alerts()).toEqual(['vm-not-ended vm:i-left'])
    expect(await at.house.store.launches.get(launch.id)).toMatchObject({ state: 'asked' })
  })

  test('one that made none is settled in the second look', async () => {
    const launch = await at.launch({ id: 99, name: 'shop02' }, { state: 'asked' }, 'failed')
    await at.lookAfter(0)
    expect(await at.house.store.launches.get(launch.id)).toMatchObject({ state: 'asked' })
    await at.lookAfter(60)
    expect(await at.house.store.launches.get(launch.id)).toMatchObject({
      state: 'ended',
      error: 'No machine was made.',
    })
    expect(await at.alerts()).toEqual([])
  })

  test('a run that ended while its node is still being launched says what to do', async () => {
    const node = await at.node('shop02', { state: 'launching' })
    const { runId } = await at.launch(node, { vmId: node.instanceId }, 'failed')
    await at.watch.look()
    expect(await at.alertText()).toContain(
      `which has ended while shop02 is still launching. Retry run ${runId}; or remove node shop02 and then end the machine: tscaler end-instance i-shop02`,
    )
    at.cloud.vms.delete(node.instanceId)
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect(await at.alertText()).toContain('and no machine of it is to be seen (it was i-shop02). Retry run')
    await at.house.store.nodes.remove(node.id)
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect(await at.alerts()).toEqual([])
  })

  test('one of a run that goes on is nobody else’s business', async () => {
    const node = await at.node('shop02', { state: 'launching' })
    await at.launch(node, { vmId: node.instanceId }, 'running')
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect([await at.alerts(), at.watch.seen.instances[0]?.kind]).toEqual([[], 'launching'])
  })

  test('one of a program is told of without asking any cloud, until its node is gone', async () => {
    const node = await at.house.node('shop02', { state: 'configuring' })
    await at.launch(node, { ec2ProfileId: null, vmId: 'rack-7' }, 'failed')
    await at.watch.look()
    expect([await at.alerts(), at.cloud.calls]).toEqual([['vm-not-ended vm:rack-7'], []])
    expect(await at.alertText()).toContain('still configuring, and its machine rack-7 runs for nobody. Retry run')
    await at.house.store.nodes.remove(node.id)
    await at.watch.look()
    expect(await at.alerts()).toEqual([])
  })
})
