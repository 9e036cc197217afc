import { makeCertificate } from '@tscaler/rehearsal/certificate.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import { serverConforms } from '../server/server.conformance.ts'
import { tlsConforms } from '../server/tls.conformance.ts'
import { useServer } from './postgresql.fixture.ts'
import { openPostgresql } from './postgresql.ts'

const { skip } = requirePart('postgresql')
const open = (url: string, clock = systemClock) => openPostgresql({ url, clock })

describe.skipIf(skip)('PostgreSQL as a server', () => {
  serverConforms({
    ...useServer(),
    open,
    endConnections: (database) =>
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid()`,
    takeRights: (database) => `alter database ${database} owner to postgres`,
    words: {
      wrongPassword:
        /^postgresql:\/\/tscaler@127\.0\.0\.1:\d+\/test\d+ refused the login \(password authentication failed for user "tscaler"\)\. Correct user and password in TSCALER_STORE; where/,
      noDatabase:
        /\/nowhere is not there: the server has no database nowhere\. Make it \(docs\/operating\/databases\.md\)/,
      noRight:
        /refused for lack of rights \(.*permission denied for schema public.*\)\. The user has to own the database/,
    },
  })
})

describe.skipIf(skip)('PostgreSQL by TLS', () => {
  const tls = makeCertificate(['localhost'])
  tlsConforms({
    server: useServer({ tls, access: ['hostnossl all all 127.0.0.1/32 reject'] }),
    open,
    certificate: tls,
  })
})
