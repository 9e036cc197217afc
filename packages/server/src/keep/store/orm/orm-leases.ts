import type { Lease, Leases } from '../leases.ts'
import type { Database, Session } from './session.ts'

/** Leases as rows, each change a compare-and-set on holder, fence and end: two takers see the same row and one of them changes nothing. */
export class OrmLeases implements Leases {
  readonly #session: Session
  readonly #table: string

  constructor(table: string, session: Session) {
    this.#session = session
    this.#table = table
  }

  async take({
    name,
    holder,
    lengthMs,
  }: {
    name: string
    holder: string
    lengthMs: number
  }): Promise<Lease | undefined> {
    const now = await this.#session.leaseNow()
    const held = await this.#find(name)
    if (!held) return this.#insert({ name, holder, fence: 1, until: now + lengthMs })
    const own = held.holder === holder
    if (!own && held.until > now) return undefined
    const lease = { name, holder, fence: own ? held.fence : held.fence + 1, until: now + lengthMs }
    return (await this.#change(held, lease)) ? lease : undefined
  }

  async renew(lease: Lease, lengthMs: number): Promise<boolean> {
    const now = await this.#session.leaseNow()
    const held = await this.#find(lease.name)
    if (!held || !isHeld(held, lease, now)) return false
    return this.#change(held, { ...held, until: now + lengthMs })
  }

  async release(lease: Lease): Promise<void> {
    const held = await this.#find(lease.name)
    if (held?.holder === lease.holder && held.fence === lease.fence) await this.#change(held, ended(held))
  }

  async endAll(): Promise<void> {
    await this.#session.run((database) => database.updateTable(this.#table).set(ended({})).execute())
  }

  /** Whether it is held now; in a transaction it stays so to the end, as the row is written and with that locked. */
  async holds(lease: Lease): Promise<boolean> {
    const held = await this.#find(lease.name)
    if (!held || !isHeld(held, lease, await this.#session.leaseNow())) return false
    return this.#change(held, held)
  }

  async #find(name: string): Promise<Lease | undefined> {
    const row = await this.#session.run((database) =>
      database.selectFrom(this.#table).selectAll().where('name', '=', name).executeTakeFirst(),
    )
    return row && { name, holder: String(row.holder), fence: Number(row.fence), until: Number(row.until) }
  }

  async #insert(lease: Lease): Promise<Lease | undefined> {
    try {
      await this.#session.guarded((database) =>
        database
          .insertInto(this.#table)
          .values({ ...lease })
          .execute(),
      )
      return lease
    } catch (thrown) {
      if (this.#session.refusalOf(thrown) === 'duplicate') return undefined // another was quicker
      throw thrown
    }
  }

  async #change(from: Lease, to: Lease): Promise<boolean> {
    const update = (database: Database) =>
      database
        .updateTable(this.#table)
        .set({ holder: to.holder, fence: to.fence, until: to.until })
        .where('name', '=', from.name)
        .where('holder', '=', from.holder)
        .where('fence', '=', from.fence)
        .where('until', '=', from.until)
        .executeTakeFirst()
    return (await this.#session.run(update)).numUpdatedRows === 1n
  }
}

function isHeld(held: Lease, lease: Lease, now: number): boolean {
  return held.holder === lease.holder && held.fence === lease.fence && held.until > now
}

// Nobody has an empty name, so that the next holder, whoever it is, gets a new fence.
function ended<Row extends object>(row: Row): Row & { holder: string; until: number } {
  return { ...row, holder: '', until: 0 }
}
