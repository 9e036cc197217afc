import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CloudFailure } from '../../reach/cloud/cloud.ts'
import { MachineHouse } from './machines.fixture.ts'
import { takeBack } from './take-back.ts'

describe('taking a deployment back', () => {
  let at: MachineHouse
  beforeEach(async () => {
    at = await MachineHouse.open()
  })
  afterEach(() => at.close())

  const take = () => takeBack(at.attempt, at.means, at.origin())
  const nodes = async () => (await at.house.store.nodes.list()).map(({ name }) => name)
  const launchStates = async () => (await at.house.store.launches.list()).map(({ state }) => state)

  test('ends the machine, then forgets its node', async () => {
    at.cloud.add('i-1')
    await at.launch()
    expect(await take()).toBe('undone')
    expect(at.cloud.vms.get('i-1')?.state).toBe('terminated')
    expect(await nodes()).toEqual([])
    expect(await launchStates()).toEqual(['ended'])
  })

  test('a machine that is not to be seen yet is there all the same: it is ended once it is', async () => {
    at.cloud.add('i-1', { state: 'pending' })
    at.cloud.hiddenFor = 5
    await at.launch()
    expect(await take()).toBe('undone')
    expect(at.cloud.vms.get('i-1')?.state).toBe('terminated')
  })

  test('a machine that the cloud should have shown long since is gone', async () => {
    await at.launch()
    at.clock.aheadMs = 120_001
    expect(await take()).toBe('undone')
    expect(await nodes()).toEqual([])
  })

  test('a machine that may not be ended keeps its node, and the failure says why', async () => {
    at.cloud.add('i-1')
    at.cloud.onEnd = async () => {
      throw new CloudFailure('denied', 'not allowed')
    }
    await at.launch()
    await expect(take()).rejects.toMatchObject({ name: 'TaskFailed', message: 'not allowed', retryable: false })
    expect(await nodes()).toEqual(['shop01'])
    expect(await launchStates()).toEqual(['made'])
  })

  test('a program knows all of its machines at once', async () => {
    await at.launch({ ec2ProfileId: null })
    expect(await takeBack(at.attempt, at.means, at.origin({ ec2ProfileId: null }))).toBe('undone')
    expect(await nodes()).toEqual([])
  })
})
