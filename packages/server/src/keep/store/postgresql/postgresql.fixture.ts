import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { type PostgresqlOptions, startPostgresql } from '@tscaler/rehearsal/postgresql.ts'
import { afterAll, beforeAll } from 'vitest'
import type { Clock } from '../../../model/clock.ts'
import { FakeClock } from '../../../model/fake-clock.ts'
import { readServerUrl } from '../server/server-place.ts'
import { connect, openPostgresql } from './postgresql.ts'

/** A real server for all tests of a file. */
export function useServer(options: PostgresqlOptions = {}) {
  let server: DatabaseServer | undefined
  beforeAll(async () => {
    server = await startPostgresql(options)
  })
  afterAll(() => server?.stop())
  const running = () => {
    if (!server) throw new Error('the server is used before the tests began')
    return server
  }
  let template: Promise<string> | undefined
  return {
    running,
    /** An empty database without tables. */
    empty: async () => placeOf(running(), await running().newDatabase()),
    /** A database as opening it for the first time leaves it: copied, which takes a tenth of the time. */
    async fresh() {
      template ??= makeTemplate(running())
      return placeOf(running(), await running().newDatabase({ template: await template }))
    },
  }
}

async function makeTemplate(server: DatabaseServer): Promise<string> {
  const { database, open } = placeOf(server, await server.newDatabase())
  await (await open()).close()
  return database
}

function placeOf(server: DatabaseServer, database: string) {
  const url = server.urlOf(database)
  return {
    database,
    url,
    connect: () => connect(readServerUrl(url, 5432), { limits: true }),
    open: (clock: Clock = new FakeClock()) => openPostgresql({ url, clock, leaseNow: () => clock.now() }),
    remove: async () => {},
  }
}
