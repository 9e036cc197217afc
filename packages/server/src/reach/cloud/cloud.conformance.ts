import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BalancerNames, type Cloud, CloudFailure, type Order, type Vm } from './cloud.ts'

/** A cloud without machines, and what a suite has to know of it. */
export interface CloudUnderTest {
  cloud: Cloud
  /** An order that it can make. */
  order(token: string, tags: Readonly<Record<string, string>>): Order
  /** Well-formed, of no machine. */
  unknownId: string
  /** Whether it tells host keys at all. */
  tellsHostKeys: boolean
  close(): Promise<void>
}

/** What every driver of clouds does with machines. */
export function machinesConform(open: () => Promise<CloudUnderTest>): void {
  describe('machines', () => {
    let made: CloudUnderTest
    let cloud: Cloud
    beforeEach(async () => {
      made = await open()
      cloud = made.cloud
    })
    afterEach(() => made.close())

    const tags = { Name: 'shop01', Cluster: 'shop' }
    const launch = (token: string, its: Readonly<Record<string, string>> = tags) =>
      cloud.launch(made.order(token, its), lasting)

    test('a launched machine is found by its id, token and tags, and comes to run at an address', async () => {
      const vm = await launch('token-1')
      expect(['pending', 'running']).toContain(vm.state)
      const seen = await until(cloud, vm.id, ({ state }) => state === 'running')
      expect(seen.host).toMatch(/./)
      expect(seen.tags).toMatchObject(tags)
      expect(await cloud.byToken('token-1', lasting)).toEqual([seen])
      expect(await cloud.list({ Cluster: 'shop' }, lasting)).toEqual([seen])
    })

    test('the same order makes one machine, however often it is asked, one after the other or at once', async () => {
      const first = await launch('token-1')
      const others = await Promise.all([launch('token-1'), launch('token-1'), launch('token-1')])
      expect(others.map(({ id }) => id)).toEqual([first.id, first.id, first.id])
      const [left, right] = await Promise.all([launch('token-2'), launch('token-2')])
      expect(left.id).toBe(right.id)
      expect(await cloud.list(tags, lasting)).toHaveLength(2)
    })

    test('another token makes another machine', async () => {
      const [one, two] = [await launch('token-1'), await launch('token-2')]
      expect(two.id).not.toBe(one.id)
      expect((await cloud.byToken('token-2', lasting)).map(({ id }) => id)).toEqual([two.id])
    })

    test('what was never made is not there', async () => {
      expect(await cloud.byToken('token-9', lasting)).toEqual([])
      expect(await cloud.find(made.unknownId, lasting)).toBeUndefined()
      expect(await cloud.list({ Cluster: 'shop' }, lasting)).toEqual([])
      expect(await cloud.hostKeys(made.unknownId, lasting)).toBeNull()
    })

    test('a list has machines with all of the tags; an empty value matches any', async () => {
      const one = await launch('token-1', { Cluster: 'shop', Name: 'shop01' })
      const two = await launch('token-2', { Cluster: 'shop' })
      await launch('token-3', { Cluster: 'other', Name: 'other01' })
      const ids = async (its: Readonly<Record<string, string>>) =>
        (await cloud.list(its, lasting)).map(({ id }) => id).sort()
      expect(await ids({ Cluster: 'shop' })).toEqual([one.id, two.id].sort())
      expect(await ids({ Cluster: 'shop', Name: '' })).toEqual([one.id])
      expect(await ids({ Cluster: 'shop', Name: 'other01' })).toEqual([])
    })

    test('tags come back to the letter and mean nothing but themselves', async () => {
      const awkward = { Cluster: 'shop', Note: `a*b?c\\d 'e' "f" $(g) <h> & ü` }
      const vm = await launch('token-1', awkward)
      await launch('token-2', { Cluster: 'shop', Note: `aXb?c\\d 'e' "f" $(g) <h> & ü` })
      const found = await cloud.list({ Note: awkward.Note }, lasting)
      expect(found.map(({ id, tags: its }) => ({ id, its }))).toEqual([{ id: vm.id, its: awkward }])
    })

    test('an ended machine leaves the list; ending it again changes nothing', async () => {
      const [vm, stays] = [await launch('token-1'), await launch('token-2')]
      await cloud.end(vm.id, 'terminate', lasting)
      await cloud.end(vm.id, 'terminate', lasting)
      await vi.waitFor(async () => expect((await cloud.list(tags, lasting)).map(({ id }) => id)).toEqual([stays.id]))
      expect((await cloud.find(vm.id, lasting))?.state ?? 'terminated').toBe('terminated')
      await cloud.end(vm.id, 'terminate', lasting)
      await cloud.end(vm.id, 'stop', lasting)
    })

    test('ending one that is not there is no trouble', async () => {
      await cloud.end(made.unknownId, 'terminate', lasting)
      await cloud.end(made.unknownId, 'stop', lasting)
    })

    test('a stopped machine stays in the list; stopping it again changes nothing', async () => {
      const vm = await launch('token-1')
      await until(cloud, vm.id, ({ state }) => state === 'running')
      await cloud.end(vm.id, 'stop', lasting)
      await until(cloud, vm.id, ({ state }) => state === 'stopped')
      await cloud.end(vm.id, 'stop', lasting)
      expect((await cloud.list(tags, lasting)).map(({ id, state }) => ({ id, state }))).toEqual([
        { id: vm.id, state: 'stopped' },
      ])
    })

    test('host keys are lines of type and key, or nothing', async () => {
      const vm = await launch('token-1')
      await until(cloud, vm.id, ({ state }) => state === 'running')
      if (!made.tellsHostKeys) return expect(await cloud.hostKeys(vm.id, lasting)).toBeNull()
      const keys = await vi.waitUntil(() => cloud.hostKeys(vm.id, lasting))
      for (const key of keys) expect(key).toMatch(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/]+=*$/)
    })

    test('a call that is given up before it is sent does nothing', async () => {
      const given = AbortSignal.abort()
      const calls: (() => Promise<unknown>)[] = [
        () => cloud.launch(made.order('token-1', tags), given),
        () => cloud.byToken('token-1', given),
        () => cloud.find(made.unknownId, given),
        () => cloud.list(tags, given),
        () => cloud.hostKeys(made.unknownId, given),
        () => cloud.end(made.unknownId, 'terminate', given),
      ]
      for (const call of calls) expect(await failureOf(call())).toMatchObject({ kind: 'unreachable' })
      expect(await cloud.list(tags, lasting)).toEqual([])
    })
  })
}

/** What the balancers of a cloud do, each of `names`. */
export function balancersConform(open: () => Promise<CloudUnderTest & { names: BalancerNames }>): void {
  describe('balancers', () => {
    let made: CloudUnderTest & { names: BalancerNames }
    let cloud: Cloud
    beforeEach(async () => {
      made = await open()
      cloud = made.cloud
    })
    afterEach(() => made.close())

    async function runningVm(token = 'token-1'): Promise<Vm> {
      const vm = await cloud.launch(made.order(token, { Cluster: 'shop' }), lasting)
      return until(cloud, vm.id, ({ state }) => state === 'running')
    }

    test('a registered machine comes into service; registering it again changes nothing', async () => {
      const vm = await runningVm()
      for (const balancer of cloud.balancers(made.names)) {
        expect(await balancer.health(lasting)).toEqual(new Map())
        await balancer.register(vm.id, lasting)
        await balancer.register(vm.id, lasting)
        await vi.waitFor(async () => expect((await balancer.health(lasting)).get(vm.id)?.health).toBe('in-service'))
        expect([...(await balancer.health(lasting)).keys()]).toEqual([vm.id])
      }
    })

    test('a deregistered machine drains or is gone, and others stay; deregistering it again changes nothing', async () => {
      const [vm, stays] = [await runningVm('token-1'), await runningVm('token-2')]
      for (const balancer of cloud.balancers(made.names)) {
        await balancer.register(vm.id, lasting)
        await balancer.register(stays.id, lasting)
        await balancer.deregister(vm.id, lasting)
        await balancer.deregister(vm.id, lasting)
        const health = await balancer.health(lasting)
        expect(['draining', 'absent']).toContain(health.get(vm.id)?.health ?? 'absent')
        expect(health.has(stays.id)).toBe(true)
      }
    })

    test('deregistering one that is not in it, or is no machine at all, is no trouble', async () => {
      const vm = await runningVm()
      for (const balancer of cloud.balancers(made.names)) {
        await balancer.deregister(vm.id, lasting)
        await balancer.deregister(made.unknownId, lasting)
        expect(await balancer.health(lasting)).toEqual(new Map())
      }
    })

    test('registering what is no machine is refused', async () => {
      for (const balancer of cloud.balancers(made.names)) {
        expect(await failureOf(balancer.register(made.unknownId, lasting))).toMatchObject({ kind: 'not-found' })
      }
    })
  })
}

const lasting = new AbortController().signal

async function until(cloud: Cloud, id: string, test: (vm: Vm) => boolean): Promise<Vm> {
  return await vi.waitUntil(async () => {
    const vm = await cloud.find(id, lasting)
    return vm !== undefined && test(vm) ? vm : undefined
  })
}

async function failureOf(call: Promise<unknown>): Promise<CloudFailure> {
  try {
    await call
  } catch (thrown) {
    if (thrown instanceof CloudFailure) return thrown
    throw thrown
  }
  throw new Error('The call went well.')
}
