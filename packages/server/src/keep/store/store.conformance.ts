import { describe, expect, test } from 'vitest'
import { run, shop } from './rows.conformance.ts'
import { type FreshDatabase, stage } from './stage.conformance.ts'
import type { Store } from './store.ts'

/** What every store must do besides what its tables do. */
export function storeConforms(fresh: () => Promise<FreshDatabase>) {
  const on = stage(fresh)

  describe('transactions', () => {
    test('keep all changes and give the answer of the work', async () => {
      const id = await on.store.transaction(async (tables) => {
        const added = await tables.clusters.insert(shop)
        await tables.clusters.update(added.id, { max: 3 })
        return added.id
      })
      expect(await on.store.clusters.get(id)).toMatchObject({ max: 3 })
    })

    test('keep none where the work throws, and throw the same', async () => {
      const trouble = new Error('changed my mind')
      const work = on.store.transaction(async (tables) => {
        await tables.clusters.insert(shop)
        throw trouble
      })
      await expect(work).rejects.toBe(trouble)
      expect(await on.store.clusters.count()).toBe(0)
    })

    test('a refusal inside may be caught, and the rest is kept', async () => {
      await on.store.clusters.insert(shop)
      await on.store.transaction(async (tables) => {
        await tables.runs.insert(run)
        await expect(tables.activeRuns.insert({ id: 1, runId: 99 })).rejects.toMatchObject({ code: 'not-found' })
      })
      expect(await on.store.runs.count()).toBe(1)
    })

    test('the store meanwhile waits, and sees only what was kept', async () => {
      const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
      const { promise: inserted, resolve: tellInserted } = Promise.withResolvers<void>()
      const work = on.store.transaction(async (tables) => {
        await tables.clusters.insert(shop)
        tellInserted()
        await gate
        throw new Error('no')
      })
      await inserted
      const count = on.store.clusters.count()
      openGate()
      await expect(work).rejects.toThrow('no')
      expect(await count).toBe(0)
    })

    test('using the store inside throws instead of waiting for ever', async () => {
      const message = 'the store was used inside a transaction: use the tables it gives'
      await expect(on.store.transaction(() => on.store.clusters.count())).rejects.toThrow(message)
      await expect(on.store.transaction(() => on.store.transaction(async () => 1))).rejects.toThrow(message)
    })

    test('what a transaction started may use the store once it has ended', async () => {
      const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
      let later: Promise<number> = Promise.resolve(-1)
      await on.store.transaction(async (tables) => {
        later = gate.then(() => on.store.clusters.count())
        await tables.clusters.insert(shop)
      })
      openGate()
      expect(await later).toBe(1)
    })

    test('its tables are no use after its end', async () => {
      const tables = await on.store.transaction(async (inside) => inside)
      await expect(tables.clusters.count()).rejects.toThrow('a table of a transaction was used after its end')
    })

    test('reading and then writing loses no change, in one process or two', async () => {
      const { id } = await on.store.clusters.insert(shop)
      const other = await on.open()
      const add = (from: Store) =>
        from.transaction(async (tables) => {
          await tables.lockAdmission()
          const { min } = await tables.clusters.get(id)
          await tables.clusters.update(id, { min: min + 1 })
        })
      await Promise.all(Array.from({ length: 50 }, (_, index) => add(index % 2 ? on.store : other)))
      expect(await on.store.clusters.get(id)).toMatchObject({ min: 51, version: 51 })
    })

    test('past lockAdmission is one at a time over all processes', async () => {
      const other = await on.open()
      const order: string[] = []
      const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
      const { promise: locked, resolve: tellLocked } = Promise.withResolvers<void>()
      const first = on.store.transaction(async (tables) => {
        await tables.lockAdmission()
        tellLocked()
        await gate
        order.push('first')
      })
      await locked
      const second = other.transaction(async (tables) => {
        await tables.lockAdmission()
        order.push('second')
      })
      openGate()
      await Promise.all([first, second])
      expect(order).toEqual(['first', 'second'])
    })

    test('of two admissions for one cluster one gets it', async () => {
      const other = await on.open()
      const admit = (from: Store) =>
        from.transaction(async (tables) => {
          await tables.lockAdmission()
          if (await tables.activeRuns.find(7)) return 'refused'
          const { id } = await tables.runs.insert(run)
          await tables.activeRuns.insert({ id: 7, runId: id })
          return 'admitted'
        })
      expect((await Promise.all([admit(on.store), admit(other)])).sort()).toEqual(['admitted', 'refused'])
      expect(await on.store.runs.count()).toBe(1)
    })

    test('holds says whether a lease is still held with its fence', async () => {
      const claim = { name: 'run-1', lengthMs: 6_000 }
      const one = (await on.store.leases.take({ ...claim, holder: 'one' }))!
      expect(await on.store.transaction((tables) => tables.holds(one))).toBe(true)
      on.clock.advance(6_000)
      expect(await on.store.transaction((tables) => tables.holds(one))).toBe(false)
      const two = (await on.store.leases.take({ ...claim, holder: 'two' }))!
      const both = await on.store.transaction(async (tables) => [await tables.holds(one), await tables.holds(two)])
      expect(both).toEqual([false, true])
    })
  })

  describe('opening and closing', () => {
    test('the installation has one row, made once', async () => {
      const installation = await on.store.installation.get(1)
      expect(installation).toMatchObject({
        uid: expect.stringMatching(/^[0-9a-f]{16}$/),
        redStopAt: null,
        pausedUntil: null,
      })
      expect(await (await on.open()).installation.list()).toEqual([installation])
    })

    test('closing waits for what has begun; afterwards every call throws', async () => {
      const begun = on.store.transaction(async (tables) => (await tables.clusters.insert(shop)).id)
      await on.store.close()
      const id = await begun
      await expect(on.store.clusters.find(id)).rejects.toThrow('the store is closed')
      expect(await (await on.open()).clusters.find(id)).toMatchObject({ name: 'shop' })
    })
  })
}
