import { makeCertificate } from '@tscaler/rehearsal/certificate.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import { shop } from '../rows.conformance.ts'
import { serverConforms } from '../server/server.conformance.ts'
import { tlsConforms } from '../server/tls.conformance.ts'
import { useServer } from './mysql.fixture.ts'
import { openMysql } from './mysql.ts'

const { skip } = requirePart('mariadb')
const open = (url: string, clock = systemClock) => openMysql({ url, clock })

describe.skipIf(skip)('MariaDB as a server', () => {
  const server = useServer()
  serverConforms({
    ...server,
    open,
    endConnections: () => 'kill connection user tscaler',
    takeRights: (database) =>
      `revoke all on ${database}.* from tscaler@127.0.0.1; grant select on ${database}.* to tscaler@127.0.0.1`,
    words: {
      wrongPassword:
        /^mysql:\/\/tscaler@127\.0\.0\.1:\d+\/test\d+ refused the login \(Access denied for user .*\)\. Correct user and password/,
      noDatabase: /\/nowhere (is not there: the server has no database|refused for lack of rights)/,
      noRight: /refused for lack of rights \(.*CREATE command denied to user.*\)\. The user has to own the database/,
    },
  })

  test('a text longer than its column is refused in words, not cut', async () => {
    const { url } = await server.fresh()
    const store = await open(url)
    await expect(store.clusters.insert({ ...shop, name: 'x'.repeat(64) })).rejects.toMatchObject({
      code: 'bad-input',
      message: 'clusters.name has 64 characters, and this database keeps 63 of them. Shorten it.',
    })
    await store.clusters.insert({ ...shop, name: '\u{1F600}'.repeat(63) }) // characters, not units of UTF-16
    await store.close()
  })

  test('names that differ in case, in an accent or in a blank differ', async () => {
    const { url } = await server.fresh()
    const store = await open(url)
    for (const name of ['shop', 'Shop', 'shöp', 'shøp']) await store.clusters.insert({ ...shop, name })
    expect(await store.clusters.findOne({ name: 'SHOP' })).toBeUndefined()
    await store.close()
  })
})

describe.skipIf(skip)('MariaDB by TLS', () => {
  const tls = makeCertificate(['localhost'])
  tlsConforms({
    server: useServer({ tls, settings: ['--require-secure-transport=ON'] }),
    open,
    certificate: tls,
  })
})
