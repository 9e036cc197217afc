import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Watched } from './cloud-watch.fixture.ts'

let at: Watched
beforeEach(async () => {
  at = await Watched.open()
})
afterEach(() => at.close())

describe('a machine of ours that no node has', () => {
  test('is an orphan in the second look, 30 s later, and stays untouched', async () => {
    await at.node('shop01')
    at.cloud.add('i-lost', { tags: at.tags('shop07') })
    const first = await at.lookAfter(0)
    expect(first.instances).toMatchObject([{ kind: 'node' }, { id: 'i-lost', kind: 'launching' }])
    await at.lookAfter(29)
    expect(await at.alerts()).toEqual([])
    const { instances } = await at.lookAfter(1)
    expect(instances).toMatchObject([
      {
        id: 'i-shop01',
        kind: 'node',
        node: { name: 'shop01' },
        ec2Profile: { name: 'web' },
        region: 'eu-west-1',
        note: null,
      },
      { id: 'i-lost', kind: 'orphan', name: 'shop07', node: null, ec2Profile: null },
    ])
    expect(await at.alertText()).toBe(
      'i-lost "shop07" is running in the name of this tscaler, but no node has it and no run waits for it. Add it as a node, or end it: tscaler end-instance i-lost --reason …',
    )
    expect(at.cloud.vms.get('i-lost')?.state).toBe('running')
  })

  test('is none while it ends, nor when another installation made it', async () => {
    await at.node('shop01')
    at.cloud.add('i-ending', { state: 'shutting-down', tags: at.tags('shop07') })
    at.cloud.add('i-theirs', { tags: { 'tscaler:installation': 'another' } })
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect([await at.alerts(), at.watch.seen.instances.length]).toEqual([[], 1])
  })

  test('becomes a node when it is added as one, and the alert is resolved', async () => {
    await at.launch({ id: 99, name: 'x' }, { state: 'ended' }, 'failed')
    at.cloud.add('i-lost', { tags: at.tags('shop07') })
    for (let look = 0; look < 2; look++) await at.lookAfter(60)
    expect(await at.alerts()).toEqual(['vm-orphan vm:i-lost'])
    await at.node('shop07', { instanceId: 'i-lost' })
    await at.lookAfter(60)
    expect([await at.alerts(), at.watch.seen.instances[0]?.kind]).toEqual([[], 'node'])
  })

  test('is on its way while the launch that asked for it waits for the answer', async () => {
    const node = await at.house.node('shop02', { state: 'planned', ec2ProfileId: at.profile.id })
    const { runId } = await at.launch(node, { state: 'asked' }, 'running')
    at.cloud.add('i-new', { state: 'pending', tags: at.tags('shop02', runId) })
    for (let look = 0; look < 3; look++) await at.lookAfter(60)
    expect([await at.alerts(), at.watch.seen.instances]).toMatchObject([
      [],
      [{ id: 'i-new', kind: 'launching', node: { name: 'shop02' } }],
    ])
  })
})
