import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CloudFailure, type CloudTrouble } from '../../reach/cloud/cloud.ts'
import { launchFor } from './launch.ts'
import { MachineHouse } from './machines.fixture.ts'
import { takeBack } from './take-back.ts'

describe('a launch that was asked for before tscaler died', () => {
  let at: MachineHouse
  beforeEach(async () => {
    at = await MachineHouse.open()
    await at.launch({ state: 'asked', vmId: null })
  })
  afterEach(() => at.close())

  const refuse = (kind: CloudTrouble) => at.cloud.refusals.push(new CloudFailure(kind, `it is ${kind}`))
  const launch = () => launchFor(at.attempt, at.means, at.origin(), at.node)
  const states = async () => (await at.house.store.launches.list()).map(({ state }) => state)
  function made() {
    at.cloud.add('i-1')
    at.cloud.tokens.set('t1', 'i-1')
  }

  test('is asked for once more with its token, and is the same machine', async () => {
    made()
    expect(await launch()).toMatchObject({ vmId: 'i-1', state: 'made' })
    expect(at.cloud.vms.size).toBe(1)
  })

  test.each(['denied', 'no-credentials', 'bad-request', 'not-found'] as const)(
    'a no for another reason (%s) does not mean that it has no machine, seen or not yet',
    async (kind) => {
      made()
      at.cloud.hiddenFor = 3
      refuse(kind)
      expect(await launch()).toMatchObject({ vmId: 'i-1', state: 'made' })
    },
  )

  test('where there is none to be seen for long, there is none', async () => {
    refuse('denied')
    const failing = expect(launch()).rejects.toThrow('it is denied')
    await vi.waitFor(() => expect(at.cloud.looks).toBeGreaterThan(1))
    at.clock.aheadMs = 120_001
    await failing
    expect(await states()).toEqual(['refused'])
  })

  test('no capacity is said only where there is none', async () => {
    refuse('no-capacity')
    await expect(launch()).rejects.toThrow('no machine could be had: it is no-capacity')
    expect(await states()).toEqual(['refused'])
  })

  test('taken back after a no, its machine is ended', async () => {
    made()
    at.cloud.hiddenFor = 3
    refuse('no-credentials')
    expect(await takeBack(at.attempt, at.means, at.origin())).toBe('undone')
    expect(at.cloud.vms.get('i-1')?.state).toBe('terminated')
    expect(await states()).toEqual(['ended'])
  })
})
