import type { EntityMetadata } from '@mikro-orm/core'
import type { AbstractSqlDriver, MikroORM } from '@mikro-orm/sql'
import type { Clock } from '../../../model/clock.ts'
import { randomHex } from '../../../model/ids.ts'
import { tableEntities } from '../entities/all.ts'
import { admission, leases } from '../entities/installation.ts'
import type { Store, TableName, Tables, Transaction } from '../store.ts'
import { Entrance } from './entrance.ts'
import { OrmLeases } from './orm-leases.ts'
import { OrmTable, type Shape, shapeOf } from './orm-table.ts'
import type { Database, Refusal, Session } from './session.ts'

/** What differs from database to database. */
export interface Dialect {
  refusalOf(thrown: unknown): Refusal | undefined
  /** Trouble with the database itself in tscaler's words; anything else as it is. */
  inWords(thrown: unknown): unknown
}

type Shapes = Record<TableName, Shape>

/** A store over an ORM that is connected and whose schema is there. It closes the ORM with itself. */
export function ormStore<Driver extends AbstractSqlDriver>(
  orm: MikroORM<Driver>,
  dialect: Dialect,
  clock: Clock,
): Store {
  const database: Database = orm.em.fork().getKysely<Record<string, Record<string, unknown>>>()
  const returning = orm.em.getDriver().getPlatform().usesReturningStatement()
  const shapes = shapesOf([...orm.getMetadata().getAll().values()])
  const entrance = new Entrance()
  const outside = <Result>(work: () => Promise<Result>) => entrance.enter(() => inWords(dialect, work))
  const session: Session = {
    clock,
    returning,
    run: (work) => outside(() => work(database)),
    atomically: (work) => outside(() => database.transaction().execute(work)),
    refusalOf: dialect.refusalOf,
  }
  return {
    ...tablesOf(shapes, session),
    leases: new OrmLeases(leases.meta.tableName, session),
    transaction: (work) =>
      outside(() =>
        database.transaction().execute((transaction) =>
          entrance.stayInside((checked) => {
            const run: Session['run'] = (statements) => checked(() => inWords(dialect, () => statements(transaction)))
            return work(transactionOf(shapes, { ...session, run, atomically: run }))
          }),
        ),
      ),
    async close() {
      await entrance.close()
      await orm.close()
    },
  }
}

async function inWords<Result>(dialect: Dialect, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw dialect.inWords(thrown)
  }
}

/** Makes the one row of `installation` where it is not there yet. */
export async function ensureInstallation(store: Store): Promise<void> {
  await store.transaction(async (tables) => {
    if (await tables.installation.find(1)) return
    // 64 random bits: tags of deployed machines of two installations in one account must not meet.
    const uid = randomHex(8)
    const nothing = { redStopAt: null, redStopBy: null, redStopReason: null, pausedUntil: null }
    await tables.installation.insert({ id: 1, uid, ...nothing })
  })
}

function shapesOf(metas: readonly EntityMetadata[]): Shapes {
  const shapes = Object.entries(tableEntities).map(([name, entity]) => {
    const meta = metas.find((other) => other.className === entity.meta.className)
    if (!meta) throw new Error(`no entity for ${name}`)
    return [name, shapeOf(meta, metas)]
  })
  return Object.fromEntries(shapes)
}

function transactionOf(shapes: Shapes, session: Session): Transaction {
  const leaseRows = new OrmLeases(leases.meta.tableName, session)
  return {
    ...tablesOf(shapes, session),
    holds: (lease) => leaseRows.holds(lease),
    async lockAdmission() {
      // A write, not `select … for update`: it locks the row in every database, SQLite included.
      const table = admission.meta.tableName
      await session.run((database) =>
        database
          .updateTable(table)
          .set((eb) => ({ turn: eb('turn', '+', 1) }))
          .where('id', '=', 1)
          .execute(),
      )
    },
  }
}

function tablesOf(shapes: Shapes, session: Session): Tables {
  return {
    clusters: new OrmTable(shapes.clusters, session),
    nodes: new OrmTable(shapes.nodes, session),
    counters: new OrmTable(shapes.counters, session),
    triggers: new OrmTable(shapes.triggers, session),
    actions: new OrmTable(shapes.actions, session),
    sshProfiles: new OrmTable(shapes.sshProfiles, session),
    jvmProfiles: new OrmTable(shapes.jvmProfiles, session),
    jvms: new OrmTable(shapes.jvms, session),
    ec2Profiles: new OrmTable(shapes.ec2Profiles, session),
    schedules: new OrmTable(shapes.schedules, session),
    users: new OrmTable(shapes.users, session),
    sessions: new OrmTable(shapes.sessions, session),
    tokens: new OrmTable(shapes.tokens, session),
    runs: new OrmTable(shapes.runs, session),
    steps: new OrmTable(shapes.steps, session),
    tasks: new OrmTable(shapes.tasks, session),
    launches: new OrmTable(shapes.launches, session),
    logLines: new OrmTable(shapes.logLines, session),
    verdicts: new OrmTable(shapes.verdicts, session),
    alerts: new OrmTable(shapes.alerts, session),
    audit: new OrmTable(shapes.audit, session),
    installation: new OrmTable(shapes.installation, session),
    activeRuns: new OrmTable(shapes.activeRuns, session),
    nodeLocks: new OrmTable(shapes.nodeLocks, session),
  }
}
