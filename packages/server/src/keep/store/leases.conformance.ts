import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Clock } from '../../model/clock.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Leases } from './leases.ts'

/** A fresh place of leases that any number of processes may open. */
export interface FreshLeases {
  open(clock: Clock): Promise<{ leases: Leases; close(): Promise<void> }>
  remove(): Promise<void>
}

/** What leases must do, on every store. */
export function leasesConform(fresh: () => Promise<FreshLeases>) {
  const claim = { name: 'run-1', lengthMs: 6_000 }
  let place: FreshLeases
  let clock: FakeClock
  let leases: Leases
  const closing: (() => Promise<void>)[] = []

  async function open(): Promise<Leases> {
    const opened = await place.open(clock)
    closing.push(() => opened.close())
    return opened.leases
  }

  beforeEach(async () => {
    place = await fresh()
    clock = new FakeClock()
    leases = await open()
  })

  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
    await place.remove()
  })

  test('the first taker gets it, until its length is over', async () => {
    const lease = await leases.take({ ...claim, holder: 'one' })
    expect(lease).toEqual({ name: 'run-1', holder: 'one', fence: 1, until: clock.now() + 6_000 })
  })

  test('not two holders; free again when the last one lets go, with a higher fence', async () => {
    const first = (await leases.take({ ...claim, holder: 'one' }))!
    expect(await leases.take({ ...claim, holder: 'two' })).toBeUndefined()
    await leases.release(first)
    expect((await leases.take({ ...claim, holder: 'two' }))?.fence).toBeGreaterThan(first.fence)
  })

  test('names have nothing to do with one another', async () => {
    await leases.take({ ...claim, holder: 'one' })
    expect(await leases.take({ ...claim, name: 'run-2', holder: 'two' })).toMatchObject({ holder: 'two', fence: 1 })
  })

  test.each([
    { name: 'one millisecond before its end it is held', waitedMs: 5_999, taken: false },
    { name: 'at its end it is free', waitedMs: 6_000, taken: true },
  ])('$name', async ({ waitedMs, taken }) => {
    await leases.take({ ...claim, holder: 'one' })
    clock.advance(waitedMs)
    expect((await leases.take({ ...claim, holder: 'two' })) !== undefined).toBe(taken)
  })

  test('taking its own again renews it with the same fence', async () => {
    await leases.take({ ...claim, holder: 'one' })
    clock.advance(2_000)
    expect(await leases.take({ ...claim, holder: 'one' })).toMatchObject({ fence: 1, until: clock.now() + 6_000 })
  })

  test('renewing makes it longer', async () => {
    const lease = (await leases.take({ ...claim, holder: 'one' }))!
    clock.advance(5_000)
    expect(await leases.renew(lease, 6_000)).toBe(true)
    clock.advance(5_000)
    expect(await leases.take({ ...claim, holder: 'two' })).toBeUndefined()
    expect(await leases.renew(lease, 6_000)).toBe(true)
  })

  test('one that has ended can not be renewed, whether somebody took it or not', async () => {
    const lease = (await leases.take({ ...claim, holder: 'one' }))!
    clock.advance(6_000)
    expect(await leases.renew(lease, 6_000)).toBe(false)
    await leases.take({ ...claim, holder: 'two' })
    expect(await leases.renew(lease, 6_000)).toBe(false)
  })

  test('one that nobody has taken can not be renewed', async () => {
    expect(await leases.renew({ name: 'run-9', holder: 'one', fence: 1, until: clock.now() + 6_000 }, 6_000)).toBe(
      false,
    )
  })

  test('an old holder that lets go takes nothing from the new one', async () => {
    const old = (await leases.take({ ...claim, holder: 'one' }))!
    clock.advance(6_000)
    const present = (await leases.take({ ...claim, holder: 'two' }))!
    await leases.release(old)
    expect(await leases.renew(present, 6_000)).toBe(true)
  })

  test('one that was let go and taken again by the same holder has a higher fence', async () => {
    const first = (await leases.take({ ...claim, holder: 'one' }))!
    await leases.release(first)
    expect(await leases.take({ ...claim, holder: 'one' })).toMatchObject({ fence: 2 })
    expect(await leases.renew(first, 6_000)).toBe(false)
  })

  test('ending all makes every one free, with higher fences, even for a holder of the same name', async () => {
    const one = (await leases.take({ ...claim, holder: 'one' }))!
    const two = (await leases.take({ ...claim, name: 'run-2', holder: 'two' }))!
    await leases.endAll()
    expect([await leases.renew(one, 6_000), await leases.renew(two, 6_000)]).toEqual([false, false])
    expect(await leases.take({ ...claim, holder: 'one' })).toMatchObject({ fence: 2 })
  })

  test('of many takers at once, in two processes, exactly one gets it', async () => {
    const other = await open()
    for (const name of ['run-1', 'run-2', 'run-3']) {
      const takers = Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? leases : other).take({ ...claim, name, holder: `taker ${index}` }),
      )
      expect((await Promise.all(takers)).filter((lease) => lease !== undefined)).toHaveLength(1)
    }
  })

  test('of many that take over an ended one exactly one gets it', async () => {
    const other = await open()
    await leases.take({ ...claim, holder: 'gone' })
    clock.advance(6_000)
    const takers = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? leases : other).take({ ...claim, holder: `taker ${index}` }),
    )
    const won = (await Promise.all(takers)).filter((lease) => lease !== undefined)
    expect(won.map(({ fence }) => fence)).toEqual([2])
  })
}
