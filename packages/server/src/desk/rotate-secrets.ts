import { tell } from '../keep/queue/topics.ts'
import type { Vault } from '../keep/secrets/secrets.ts'
import type { TableName, Tables } from '../keep/store/store.ts'
import type { Change, Table } from '../keep/store/table.ts'
import { TscalerError } from '../model/problem.ts'
import type { Sealed } from '../model/record.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'

/** What became of the stored secrets. */
export interface Rotated {
  /** The id of the key that seals now. */
  keyId: string
  /** Whether it was made by this call. */
  isNew: boolean
  /** The ids of the keys that still open, for backups and exports from before. */
  olderKeyIds: string[]
  /** The file that the keys are in; null: they are given from outside. */
  file: string | null
  /** Secrets that were sealed anew. */
  resealed: number
  /** Secrets that none of the keys opens: they are as they were, and have to be entered again. */
  unopened: number
}

type RotationDesk = Pick<Desk, 'store' | 'queue' | 'clock' | 'keyRing'>

/**
 * Seals every stored secret anew with a new key; where the key is given from outside, with the first of the keys that are there.
 * The older keys stay, before and after: a crash at any instant leaves every secret with a key that opens it. All secrets
 * change in one transaction. With `forgetOlder` no key is made: the older ones go, once nothing in the store needs them.
 */
export async function rotateSecrets(
  { store, queue, clock, keyRing }: RotationDesk,
  asker: Asker,
  { forgetOlder }: { forgetOlder: boolean },
): Promise<Rotated> {
  const isNew = !forgetOlder && keyRing.ownFile !== null
  if (isNew) keyRing.addKey() // on its disk before anything is sealed with it
  const { resealed, unopened } = await store.transaction(async (tables) => {
    const counts = await resealAll(tables, keyRing.vault)
    const detail = `key ${keyRing.ids()[0]}, ${counts.resealed} secrets sealed anew${forgetOlder ? ', older keys forgotten' : ''}`
    await audit(tables, asker, { at: clock.now(), what: 'rotate', kind: 'secret-key', detail })
    return counts
  })
  // What is in use holds envelopes of before; it reads them again before any key goes.
  tell(queue, 'config.changed', { who: asker.who })
  if (forgetOlder) await forget({ store, keyRing })
  const [keyId = '', ...olderKeyIds] = keyRing.ids()
  return { keyId, isNew, olderKeyIds, file: keyRing.ownFile, resealed, unopened }
}

/** In a transaction that changes nothing: had a secret been sealed in it, a crash could take the envelope back and leave the key gone. */
async function forget({ store, keyRing }: Pick<RotationDesk, 'store' | 'keyRing'>): Promise<void> {
  await store.transaction(async (tables) => {
    const needed = await countNotCurrent(tables, keyRing.vault)
    if (needed > 0) {
      const message = `${needed} secrets still need an older key: they were written meanwhile, or no key opens them. The keys stay; enter those secrets again, or try once more.`
      throw new TscalerError('wrong-state', message, { retryable: true })
    }
    keyRing.dropOlder()
  })
}

type RowOf<Name extends TableName> = Tables[Name] extends Table<infer Row> ? Row : never

/** Whether a secret is anywhere in it. */
type Holds<Value> = Value extends Sealed
  ? true
  : Value extends readonly (infer Item)[]
    ? Holds<Item>
    : Value extends object
      ? { [Field in keyof Value]: Holds<Value[Field]> }[keyof Value]
      : false

/** The tables whose rows hold secrets; one that is missing below does not compile. */
type Bearer = { [Name in TableName]: true extends Holds<RowOf<Name>> ? Name : never }[TableName]

/** Gives a secret's envelope anew, or as it was. */
type Anew = (sealed: Sealed) => Sealed

/** Goes through the rows of one table. */
type Walk = (tables: Tables, anew: Anew) => Promise<void>

const walks: Record<Bearer, Walk> = {
  sshProfiles: walk(
    (tables) => tables.sshProfiles,
    ({ privateKey, passphrase, password }, anew) => ({
      privateKey: orNull(privateKey, anew),
      passphrase: orNull(passphrase, anew),
      password: orNull(password, anew),
    }),
  ),
  jvmProfiles: walk(
    (tables) => tables.jvmProfiles,
    ({ password, tlsKey }, anew) => ({ password: orNull(password, anew), tlsKey: orNull(tlsKey, anew) }),
  ),
  ec2Profiles: walk(
    (tables) => tables.ec2Profiles,
    ({ secretAccessKey, userData }, anew) => ({
      secretAccessKey: orNull(secretAccessKey, anew),
      userData: orNull(userData, anew),
    }),
  ),
  actions: walk(
    (tables) => tables.actions,
    ({ secrets }, anew) => ({ secrets: each(secrets, anew) }),
  ),
  steps: walk(
    (tables) => tables.steps,
    ({ action }, anew) => ({ action: { ...action, secrets: each(action.secrets, anew) } }),
  ),
  launches: walk(
    (tables) => tables.launches,
    ({ order }, anew) => ({ order: anew(order) }),
  ),
  secondFactors: walk(
    (tables) => tables.secondFactors,
    ({ secret }, anew) => ({ secret: anew(secret) }),
  ),
}

const PAGE = 500 // rows in memory at once: a run's steps are kept for long

/** Rows are written only where an envelope is another one than before. */
function walk<Row extends { id: number }>(
  tableOf: (tables: Tables) => Table<Row>,
  secretsOf: (row: Row, anew: Anew) => Change<Row>,
): Walk {
  return async (tables, anew) => {
    const table = tableOf(tables)
    for (let cursor = 0; ; ) {
      const rows = await table.list({ cursor, limit: PAGE })
      for (const row of rows) {
        let changed = false
        const change = secretsOf(row, (sealed) => {
          const fresh = anew(sealed)
          changed ||= fresh !== sealed
          return fresh
        })
        if (changed) await table.update(row.id, change)
      }
      if (rows.length < PAGE) return
      cursor = rows.at(-1)?.id ?? cursor
    }
  }
}

function orNull(sealed: Sealed | null, anew: Anew): Sealed | null {
  return sealed === null ? null : anew(sealed)
}

function each(secrets: Readonly<Record<string, Sealed>>, anew: Anew): Record<string, Sealed> {
  return Object.fromEntries(Object.entries(secrets).map(([name, sealed]) => [name, anew(sealed)]))
}

async function resealAll(tables: Tables, vault: Vault): Promise<{ resealed: number; unopened: number }> {
  const counts = { resealed: 0, unopened: 0 }
  const anew: Anew = (sealed) => {
    if (vault.isCurrent(sealed)) return sealed
    try {
      const fresh = vault.seal(vault.open(sealed))
      counts.resealed += 1
      return fresh
    } catch (thrown) {
      if (!(thrown instanceof TscalerError)) throw thrown
      counts.unopened += 1
      return sealed
    }
  }
  for (const through of Object.values(walks)) await through(tables, anew)
  return counts
}

async function countNotCurrent(tables: Tables, vault: Vault): Promise<number> {
  let count = 0
  const look: Anew = (sealed) => {
    if (!vault.isCurrent(sealed)) count += 1
    return sealed
  }
  for (const through of Object.values(walks)) await through(tables, look)
  return count
}
