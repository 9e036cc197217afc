import { p } from '@mikro-orm/core'

// Lengths are for databases that index only what has one (MariaDB: 768 characters); SQLite ignores them.

/** The store's own ids: given once, never again (AUTOINCREMENT on SQLite). */
export const id = () => p.bigint('number').primary().autoincrement()

/** An id that another table gave. */
export const givenId = () => p.bigint('number').primary().autoincrement(false)

/** A reference to a row whose removal is nobody's harm: kept, though it may point at nothing. */
export const looseId = () => p.bigint('number')

/** The one form of names (model/name.ts: 63 characters), unique in its table. */
export const uniqueName = () => word(63).unique()

/** A short text of one line. */
export const word = (length: number) => p.string().length(length)

/** A text of any length, never searched. */
export const longText = () => p.text()

/** Epoch milliseconds, durations and counts, all beyond 32 bits. */
export const whole = () => p.bigint('number')

/** Any number. */
export const real = () => p.double()

export const flag = () => p.boolean()

/** A list or an object, kept and given back whole; no query looks inside. */
export const json = () => p.json()

/** What every stored noun has (model/record.ts). */
export const stored = () => ({ id: id(), version: whole(), createdAt: whole(), updatedAt: whole() })
