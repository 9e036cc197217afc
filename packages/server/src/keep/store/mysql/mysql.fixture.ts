import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { type MariadbOptions, startMariadb } from '@tscaler/rehearsal/mariadb.ts'
import { afterAll, beforeAll } from 'vitest'
import type { Clock } from '../../../model/clock.ts'
import { FakeClock } from '../../../model/fake-clock.ts'
import { entities } from '../entities/all.ts'
import { readServerUrl } from '../server/server-place.ts'
import { connect, openMysql } from './mysql.ts'

/** A real server for all tests of a file. */
export function useServer(options: MariadbOptions = {}) {
  let server: DatabaseServer | undefined
  beforeAll(async () => {
    server = await startMariadb(options)
  })
  afterAll(() => server?.stop())
  const running = () => {
    if (!server) throw new Error('the server is used before the tests began')
    return server
  }
  const used: string[] = []
  return {
    running,
    /** An empty database without tables. */
    empty: async () => placeOf(running(), await running().newDatabase()),
    /** A database as its migrations leave it; one that a test is done with is emptied, which takes a tenth of the time. */
    async fresh() {
      const again = used.pop()
      if (again !== undefined) await clear(running(), again)
      const place = placeOf(running(), again ?? (await running().newDatabase()))
      return { ...place, remove: async () => void used.push(place.database) }
    },
  }
}

async function clear(server: DatabaseServer, database: string): Promise<void> {
  const tables = entities.map(({ meta }) => meta.tableName)
  const statements = tables.flatMap((table) => [`delete from ${table}`, `alter table ${table} auto_increment = 1`])
  const all = ['set foreign_key_checks = 0', ...statements, 'insert into admission (id, turn) values (1, 0)']
  await server.sql(all.join('; '), database)
}

function placeOf(server: DatabaseServer, database: string) {
  const url = server.urlOf(database)
  return {
    database,
    url,
    connect: () => connect(readServerUrl(url, 3306), { limits: true }),
    open: (clock: Clock = new FakeClock()) => openMysql({ url, clock, leaseNow: () => clock.now() }),
    remove: async () => {},
  }
}
