import { expect, test } from 'vitest'
import { agentFlags } from './jvm-flags.ts'

const address = { host: '127.0.3.4', port: 11_111, rmiPort: 22_222 }

test('an agent is as plain as Java lets it be, on one address', () => {
  expect(agentFlags('/tmp/jvm', { ...address, rmiPort: 0 }, {}, undefined)).toEqual([
    '-Dcom.sun.management.jmxremote.host=127.0.3.4',
    '-Dcom.sun.management.jmxremote.port=11111',
    '-Djava.rmi.server.hostname=127.0.3.4',
    '-Dcom.sun.management.jmxremote.authenticate=false',
    '-Dcom.sun.management.jmxremote.ssl=false',
  ])
})

test('each wish is a flag', () => {
  const wishes = { announcedHost: '203.0.113.9', leaseMs: 8_000, readTimeoutMs: 6_000 }
  const login = { user: 'ops', password: 's3cret' }
  const tls = { ca: '', cert: '', key: '', registry: true }
  const flags = agentFlags('/tmp/jvm', address, { ...wishes, password: login }, tls)
  expect(flags).toEqual(
    expect.arrayContaining([
      '-Dcom.sun.management.jmxremote.rmi.port=22222',
      '-Djava.rmi.server.hostname=203.0.113.9',
      '-Dcom.sun.management.jmxremote.password.file=/tmp/jvm/password',
      '-Dcom.sun.management.jmxremote.access.file=/tmp/jvm/access',
      '-Dcom.sun.management.jmxremote.registry.ssl=true',
      '-Dcom.sun.management.jmxremote.ssl.need.client.auth=true',
      '-Djava.rmi.dgc.leaseValue=8000',
      '-Dsun.rmi.dgc.ackTimeout=2667',
      '-Dsun.rmi.transport.tcp.readTimeout=6000',
    ]),
  )
  expect(flags.join(' ')).not.toContain('s3cret')
})
