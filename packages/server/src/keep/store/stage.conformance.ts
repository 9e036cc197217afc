import { afterEach, beforeEach } from 'vitest'
import type { Clock } from '../../model/clock.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import type { Store } from './store.ts'

/** A fresh database that any number of stores may be opened on, as many processes would. */
export interface FreshDatabase {
  open(clock: Clock): Promise<Store>
  remove(): Promise<void>
}

/** For each test a database of its own, one store opened on it, and more where the test asks; all closed and gone afterwards. */
export function stage(fresh: () => Promise<FreshDatabase>) {
  const opened: Store[] = []
  let database: FreshDatabase
  let clock: FakeClock
  let first: Store

  async function open(): Promise<Store> {
    const store = await database.open(clock)
    opened.push(store)
    return store
  }

  beforeEach(async () => {
    database = await fresh()
    clock = new FakeClock()
    first = await open()
  })

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()))
    await database.remove()
  })

  return {
    get store() {
      return first
    },
    get clock() {
      return clock
    },
    open,
  }
}
