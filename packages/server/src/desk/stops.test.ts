import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acknowledge } from './alerts.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import { clusters } from './kinds/all.ts'
import { trustNode } from './nodes.ts'
import { createOne } from './resources.ts'
import { pauseFires, resumeFires, stopAll } from './stops.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
  await createOne(desk, admin, clusters, { name: 'shop' })
  desk.told.length = 0
})
afterEach(() => desk.close())

describe('the red stop', () => {
  test('is one row, one alert, one audit line; only lifting it ends it', async () => {
    await stopAll(desk, admin, { reason: 'fire in the rack' })
    expect(await desk.store.installation.get(1)).toMatchObject({
      redStopAt: desk.clock.now(),
      redStopBy: 'admin',
      redStopReason: 'fire in the rack',
    })
    expect(desk.told).toEqual(['stops.changed', 'alert.changed'])
    await resumeFires(desk, admin, {})
    expect((await desk.store.installation.get(1)).redStopAt).not.toBeNull()
    await resumeFires(desk, admin, { stopAll: true })
    expect((await desk.store.installation.get(1)).redStopAt).toBeNull()
    expect(await desk.store.alerts.list()).toMatchObject([{ kind: 'red-stop', state: 'resolved' }])
    expect((await desk.store.audit.list()).map(({ what }) => what).slice(1)).toEqual([
      'stop-all',
      'resume',
      'lift-stop',
    ])
  })

  test('twice is the same alert again', async () => {
    await stopAll(desk, admin, { reason: 'one' })
    await stopAll(desk, admin, { reason: 'two' })
    expect(await desk.store.alerts.list()).toMatchObject([{ repeats: 1, text: 'admin stopped everything: two' }])
  })
})

describe('a pause', () => {
  test.each([
    { name: 'of everything', given: { for: '1h' }, row: () => desk.store.installation.get(1) },
    { name: 'of a cluster', given: { for: '1h', cluster: 'shop' }, row: () => desk.store.clusters.get(1) },
  ])('$name has an end, and can be lifted before', async ({ given, row }) => {
    await pauseFires(desk, admin, given)
    expect((await row()).pausedUntil).toBe(desk.clock.now() + 3_600_000)
    const { for: _, ...what } = given
    await resumeFires(desk, admin, what)
    expect((await row()).pausedUntil).toBeNull()
  })

  test.each([
    { name: 'without an end', given: {} },
    { name: 'that is over', given: { until: '2020-01-01T00:00:00Z' } },
    { name: 'for ever', given: { for: '31d' } },
    { name: 'of two things', given: { for: '1h', cluster: 'shop', trigger: 'grow' } },
  ])('$name is refused', async ({ given }) => {
    await expect(pauseFires(desk, admin, given)).rejects.toMatchObject({
      code: 'bad-input',
      findings: [{ path: expect.any(String) }],
    })
  })
})

describe('a host key that changed', () => {
  const [old, offered] = ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOld', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINew']
  beforeEach(async () => {
    const at = { createdAt: 0 }
    await desk.store.nodes.insert({
      ...at,
      name: 'shop03',
      clusterId: 1,
      local: false,
      hostname: 'x',
      port: 22,
      hostKey: old,
      offeredHostKey: offered,
      sshProfileId: null,
      jvmProfileIds: [],
      ec2ProfileId: null,
      instanceId: null,
      protected: false,
      site: null,
      labels: {},
      state: 'in-service',
      inServiceAt: 0,
      pausedUntil: null,
    })
    await desk.store.alerts.insert({
      kind: 'host-key-changed',
      subject: 'node:1',
      text: 'x',
      state: 'open',
      openedAt: 0,
      lastAt: 0,
      repeats: 1,
      ackBy: null,
      resolvedAt: null,
      mailedAt: null,
    })
  })

  test('is accepted by a person who sees both, and settles the alert', async () => {
    const answer = await trustNode(desk, admin, { of: 'shop03' })
    expect(answer).toEqual({ old: expect.stringMatching(/^SHA256:/), new: expect.stringMatching(/^SHA256:/) })
    expect(await desk.store.nodes.get(1)).toMatchObject({ hostKey: offered, offeredHostKey: null })
    expect(await desk.store.alerts.get(1)).toMatchObject({ state: 'resolved' })
    expect((await desk.store.audit.list()).at(-1)).toMatchObject({
      what: 'trust',
      detail: `${answer.old} → ${answer.new}`,
    })
  })

  test('is not accepted where it is another one than was looked at, nor twice', async () => {
    await expect(
      trustNode(desk, admin, { of: 'shop03', fingerprint: `SHA256:${'A'.repeat(43)}` }),
    ).rejects.toMatchObject({ code: 'wrong-state' })
    await trustNode(desk, admin, { of: 'shop03' })
    await expect(trustNode(desk, admin, { of: 'shop03' })).rejects.toMatchObject({ code: 'wrong-state' })
  })

  test('an alert is acknowledged once, by name', async () => {
    expect(await acknowledge(desk, admin, 1)).toMatchObject({ state: 'acknowledged', ackBy: 'admin' })
    expect(await acknowledge(desk, { ...admin, who: 'eve' }, 1)).toMatchObject({ ackBy: 'admin' })
    await expect(acknowledge(desk, admin, 9)).rejects.toMatchObject({ code: 'not-found' })
  })
})
