import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { startProxy } from '@tscaler/rehearsal/tcp-proxy.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../../model/clock.ts'
import { FakeClock } from '../../../model/fake-clock.ts'
import { shop } from '../rows.conformance.ts'
import type { Store, Transaction } from '../store.ts'

/** A kind of database server, running. */
export interface RunningKind {
  running(): DatabaseServer
  fresh(): Promise<{ database: string; url: string; remove(): Promise<void> }>
  /** By the server's own clock for leases. */
  open(url: string, clock?: Clock): Promise<Store>
  /** Ends every connection of `tscaler` to the database, as an administrator may. */
  endConnections(database: string): string
  /** What `select` of a session's own number is, to hold a lock in a transaction of the test's own. */
  words: { wrongPassword: RegExp; noDatabase: RegExp; noRight: RegExp }
  /** Takes from `tscaler` the right to make tables in the database. */
  takeRights(database: string): string
}

/** What a store on a server that many processes share must do besides what every store does. */
export function serverConforms(kind: RunningKind) {
  const stores: Store[] = []
  const used: { remove(): Promise<void> }[] = []

  async function fresh() {
    const place = await kind.fresh()
    used.push(place)
    return place
  }

  async function open(url: string, clock?: Clock): Promise<Store> {
    const store = await kind.open(url, clock)
    stores.push(store)
    return store
  }

  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()))
    for (const place of used.splice(0)) await place.remove()
  })

  const unreachable = {
    code: 'store-unusable',
    retryable: true,
    message: expect.stringMatching(/can't be reached \(.+\)\. Start it/),
  }

  describe('a server that goes and comes back', () => {
    test('calls meanwhile fail in words, those afterwards work, with nothing restarted', async () => {
      const store = await open((await fresh()).url)
      const kept = await store.clusters.insert(shop)
      await kind.running().kill()
      await expect(store.clusters.count()).rejects.toMatchObject(unreachable)
      await expect(store.transaction((tables) => tables.clusters.count())).rejects.toMatchObject(unreachable)
      await kind.running().restart()
      await untilWorks(() => store.clusters.count())
      expect(await store.clusters.get(kept.id)).toMatchObject({ name: 'shop' })
      await store.transaction((tables) => tables.clusters.insert({ ...shop, name: 'web' }))
      expect(await store.clusters.count()).toBe(2)
    })

    test('a transaction under way is not kept, and says so', async () => {
      const { url, database } = await fresh()
      const store = await open(url)
      const work = store.transaction(async (tables) => {
        await tables.clusters.insert(shop)
        await kind.running().sql(kind.endConnections(database))
        await tables.clusters.insert({ ...shop, name: 'web' })
      })
      await expect(work).rejects.toMatchObject(unreachable)
      await untilWorks(() => store.clusters.count())
      expect(await store.clusters.count()).toBe(0)
    })

    test('a link that is cut and mended', async () => {
      const proxy = await startProxy({ to: { host: kind.running().host, port: kind.running().port } })
      const { url } = await fresh()
      const store = await open(url.replace(`:${kind.running().port}/`, `:${proxy.port}/`))
      await proxy.refuse()
      proxy.cut()
      await untilFails(() => store.clusters.count(), unreachable)
      await proxy.resume()
      await untilWorks(() => store.clusters.count())
      await store.close()
      await proxy.close()
    })
  })

  describe('transactions in each other’s way', () => {
    /** Each reads first and writes what it read says, without asking for a lock. */
    const addOne = (id: number) => async (tables: Transaction) => {
      const { min } = await tables.clusters.get(id)
      await tables.clusters.update(id, { min: min + 1 })
    }

    test('lose no change, though nobody locks anything', async () => {
      const { url } = await fresh()
      const both = [await open(url), await open(url)]
      const { id } = await both[0]!.clusters.insert(shop)
      await Promise.all(Array.from({ length: 20 }, (_, index) => both[index % 2]!.transaction(addOne(id))))
      expect(await both[0]!.clusters.get(id)).toMatchObject({ min: 21, version: 21 })
    })

    test('can not each believe the other will stay: two administrators are not both taken away', async () => {
      const { url } = await fresh()
      const both = [await open(url), await open(url)]
      const people = await Promise.all(
        ['anna', 'berta'].map((name) => both[0]!.clusters.insert({ ...shop, name, max: 1 })),
      )
      const stepDown = async (from: Store, id: number) =>
        from.transaction(async (tables) => {
          if ((await tables.clusters.count({ max: 1 })) < 2) return false
          await tables.clusters.update(id, { max: null })
          return true
        })
      const went = await Promise.all(both.map((store, index) => stepDown(store, people[index]!.id)))
      expect(went.sort()).toEqual([false, true])
      expect(await both[0]!.clusters.count({ max: 1 })).toBe(1)
    })

    test('both insert what neither found: one of them finds it the second time', async () => {
      const { url } = await fresh()
      const both = [await open(url), await open(url)]
      const ensure = (from: Store) =>
        from.transaction(async (tables) => {
          if (await tables.clusters.findOne({ name: 'shop' })) return 'there'
          await tables.clusters.insert(shop)
          return 'made'
        })
      expect((await Promise.all(both.map(ensure))).sort()).toEqual(['made', 'there'])
    })

    test('whatever its work makes of the failure, one that was given up is not kept', async () => {
      const { url } = await fresh()
      const [store, other] = [await open(url), await open(url)]
      const { id } = await store.clusters.insert(shop)
      let tries = 0
      await store.transaction(async (tables) => {
        tries += 1
        await tables.clusters.get(id)
        if (tries === 1) await change(other, id)
        await tables.clusters.update(id, { max: tries }).catch(() => {})
        await tables.clusters.insert({ ...shop, name: `try${tries}` }).catch(() => {})
      })
      const kept = (await store.clusters.list()).map(({ name }) => name)
      expect(kept).toEqual(['shop', `try${tries}`])
      expect(await store.clusters.get(id)).toMatchObject({ max: tries })
    })

    test('while they wait, other calls of the process go on', async () => {
      const { url } = await fresh()
      const [store, other] = [await open(url), await open(url)]
      const { promise: gate, resolve: openGate } = Promise.withResolvers<void>()
      const { promise: locked, resolve: tellLocked } = Promise.withResolvers<void>()
      const holder = other.transaction(async (tables) => {
        await tables.lockAdmission()
        tellLocked()
        await gate
      })
      await locked
      const waiting = Array.from({ length: 30 }, () => store.transaction((tables) => tables.lockAdmission()))
      const claim = { name: 'run-1', holder: 'one', lengthMs: 6_000 }
      expect(await store.leases.take(claim)).toMatchObject({ holder: 'one' })
      openGate()
      await Promise.all([holder, ...waiting])
    })
  })

  describe('leases go by the server’s clock', () => {
    test('a process whose clock is an hour ahead takes nothing from another', async () => {
      const { url } = await fresh()
      const ahead = new FakeClock(systemClock.now() + 3_600_000)
      const [store, fast] = [await open(url, systemClock), await open(url, ahead)]
      const claim = { name: 'run-1', lengthMs: 60_000 }
      const lease = (await store.leases.take({ ...claim, holder: 'one' }))!
      expect(await fast.leases.take({ ...claim, holder: 'two' })).toBeUndefined()
      expect(await store.transaction((tables) => tables.holds(lease))).toBe(true)
      expect(Math.abs(lease.until - systemClock.now() - 60_000)).toBeLessThan(30_000) // it is the time, in ms, and no other unit
    })
  })

  describe('what is wrong is told in words, without the password', () => {
    async function troubleOf(url: string): Promise<Error> {
      const thrown: unknown = await open(url).catch((error: unknown) => error)
      if (!(thrown instanceof Error)) throw new Error('it was opened')
      expect(JSON.stringify([thrown.message, { ...thrown }])).not.toContain('-password')
      return thrown
    }

    test('a wrong password', async () => {
      const { url } = await fresh()
      const trouble = await troubleOf(url.replace('tscaler-password', 'another-password'))
      expect(trouble).toMatchObject({ code: 'store-unusable', retryable: false })
      expect(trouble.message).toMatch(kind.words.wrongPassword)
    })

    test('a database that is not there', async () => {
      const trouble = await troubleOf(kind.running().urlOf('nowhere'))
      expect(trouble.message).toMatch(kind.words.noDatabase)
    })

    test('nobody listens', async () => {
      const trouble = await troubleOf(
        kind
          .running()
          .urlOf('x')
          .replace(/:\d+\//, ':1/'),
      )
      expect(trouble.message).toMatch(
        /:1\/x can't be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Start it, or correct host and port/,
      )
    })

    test('no right to make tables', async () => {
      const database = await kind.running().newDatabase()
      await kind.running().sql(kind.takeRights(database))
      const trouble = await troubleOf(kind.running().urlOf(database))
      expect(trouble.message).toMatch(kind.words.noRight)
    })

    test('TLS that the server does not speak', async () => {
      const { url } = await fresh()
      expect((await troubleOf(`${url}?sslmode=require`)).message).toMatch(
        /could not be talked to by TLS \(.*does not support.*\)\. Correct sslmode and sslrootcert/,
      )
    })
  })
}

async function change(store: Store, id: number): Promise<void> {
  // Where reading has locked the row this waits for the other transaction, which must not wait for it.
  const changed = store.clusters.update(id, { min: 7 })
  changed.catch(() => {})
  await Promise.race([changed, new Promise((resolve) => setTimeout(resolve, 100))])
}

// The whole of what a server may take to be back; a call each 50 ms.
const TRIES_MAX = 100

async function untilWorks(call: () => Promise<unknown>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await call()
      return
    } catch (thrown) {
      if (tried >= TRIES_MAX) throw thrown
      expect(thrown).toMatchObject({ code: 'store-unusable', retryable: true })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function untilFails(call: () => Promise<unknown>, expected: object): Promise<void> {
  for (let tried = 1; tried < TRIES_MAX; tried += 1) {
    const thrown: unknown = await call().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (thrown === undefined) continue
    expect(thrown).toMatchObject(expected)
    return
  }
  throw new Error('it never failed')
}
