import type { EntityMetadata } from '@mikro-orm/core'
import type { Clock } from '../../../model/clock.ts'
import { randomHex } from '../../../model/ids.ts'
import { tableEntities } from '../entities/all.ts'
import { admission, leases } from '../entities/installation.ts'
import type { Store, TableName, Tables, Transaction } from '../store.ts'
import type { Base, Dialect } from './dialect.ts'
import { Entrance } from './entrance.ts'
import { OrmLeases } from './orm-leases.ts'
import { OrmTable, type Shape, shapeOf } from './orm-table.ts'
import type { Session } from './session.ts'
import { openTransactions } from './transactions.ts'

type Shapes = Record<TableName, Shape>

/** A store over a database that is connected and whose tables are there. It closes the database with itself. */
export function ormStore(base: Base, clock: Clock): Store {
  const { database, dialect, returning } = base
  const shapes = shapesOf(base.metas, dialect)
  const entrance = new Entrance()
  const transactions = openTransactions(database, dialect)
  const outside = <Result>(work: () => Promise<Result>) => entrance.enter(() => inWords(dialect, work))
  const run: Session['run'] = (work) => outside(() => transactions.repeated(() => work(database)))
  const leaseNowIn = (runs: Session['run']) => async () => {
    const { now } = dialect
    return now ? runs((statements) => now(statements)) : clock.now()
  }
  const session: Session = {
    clock,
    returning,
    ...(dialect.takeId && { takeId: dialect.takeId }),
    run,
    guarded: run,
    atomically: (work) => outside(() => transactions.atomically(({ run: inside }) => inside(work))),
    leaseNow: leaseNowIn(run),
    refusalOf: dialect.refusalOf,
  }
  return {
    ...tablesOf(shapes, session),
    leases: new OrmLeases(leases.meta.tableName, session),
    transaction: (work) =>
      outside(() =>
        transactions.atomically((inside) =>
          entrance.stayInside((checked) => {
            const within: Session['run'] = (statements) => checked(() => inWords(dialect, () => inside.run(statements)))
            const guarded: Session['run'] = (statements) =>
              checked(() => inWords(dialect, () => inside.guarded(statements)))
            const here = { ...session, run: within, guarded, atomically: guarded, leaseNow: leaseNowIn(within) }
            return work(transactionOf(shapes, here, dialect))
          }),
        ),
      ),
    async close() {
      await entrance.close()
      await base.close()
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

function shapesOf(metas: readonly EntityMetadata[], { bounded }: Dialect): Shapes {
  const shapes = Object.entries(tableEntities).map(([name, entity]) => {
    const meta = metas.find((other) => other.className === entity.meta.className)
    if (!meta) throw new Error(`no entity for ${name}`)
    return [name, shapeOf(meta, metas, { bounded })]
  })
  return Object.fromEntries(shapes)
}

function transactionOf(shapes: Shapes, session: Session, dialect: Dialect): Transaction {
  const leaseRows = new OrmLeases(leases.meta.tableName, session)
  return {
    ...tablesOf(shapes, session),
    holds: (lease) => leaseRows.holds(lease),
    lockAdmission: () => session.run((database) => dialect.lockAdmission(database, admission.meta.tableName)),
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
    secondFactors: new OrmTable(shapes.secondFactors, session),
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
