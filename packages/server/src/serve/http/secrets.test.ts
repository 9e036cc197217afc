import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServer, type TestServer, userPassword } from './server.fixture.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

test('no secret that was given anywhere is in any answer of any GET route, nor in a refusal, nor in the audit trail', async () => {
  const secrets = [
    'PRIVATE-KEY-5e1',
    'PASSPHRASE-5e2',
    'SSH-PASSWORD-5e3',
    'JVM-PASSWORD-5e4',
    'JVM-KEY-5e8',
    'ACTION-TOKEN-5e5',
    'OLD-TOKEN-5e6',
    'PLANNED-5e7',
    userPassword,
  ]
  const [key, passphrase, ssh, jvm, jvmKey, action, old, planned] = secrets.map((value) => ({ value }))
  const post = async (url: string, body: object) => (await server.ask('admin', 'POST', `/api/v1${url}`, body)).json()
  await post('/ssh-profiles', { name: 'ops', user: 'ops', privateKey: key, passphrase, password: ssh })
  const tls = { cert: 'CERT', key: jvmKey }
  await post('/jvm-profiles', { name: 'tomcat', port: 9010, user: 'monitor', password: jvm, tls })
  await post('/actions', { name: 'app', localScript: { script: 'echo' }, secrets: { TOKEN: old } })
  await server.ask('admin', 'PATCH', '/api/v1/actions/app', { secrets: { TOKEN: action } })
  await post('/counters', { name: 'load1', ssh: { script: 'echo 1' }, threshold: '> 4' })
  await post('/clusters', { name: 'shop', counters: ['load1'] })
  await post('/nodes', {
    name: 'shop01',
    cluster: 'shop',
    hostname: '10.0.0.11',
    sshProfile: 'ops',
    jvmProfiles: ['tomcat'],
  })
  await post('/triggers', {
    name: 'grow',
    cluster: 'shop',
    counters: ['load1'],
    timing: 5,
    actions: [{ action: 'app' }],
  })
  const refused = await post('/ssh-profiles', {
    name: 'ops2',
    user: 'ops',
    password: ssh,
    privateKey: 'PRIVATE-KEY-5e1',
    agent: 'yes',
  })
  const plan = await post('/plan', {
    document: { version: 1, sshProfiles: [{ name: 'new', user: 'x', password: planned }] },
  })
  const token = await post('/tokens', { name: 'ci', role: 'viewer' })

  const answers: [string, string][] = [
    ['refused', JSON.stringify(refused)],
    ['plan', JSON.stringify(plan)],
  ]
  for (const { method, url } of server.routes) {
    if (method !== 'GET' || url === '/api/v1/live') continue
    const address = `${url.replace(/:\w+/g, '1')}${url === '/api/v1/samples' ? '?series=1.1' : ''}`
    const answer = await server.ask('admin', 'GET', address)
    expect([address, answer.statusCode < 500]).toEqual([address, true])
    answers.push([address, answer.body])
  }
  const found = answers.flatMap(([where, text]) =>
    [...secrets, token.secret].filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${where}`),
  )
  expect(found).toEqual([])
  expect(answers.map(([where]) => where)).toContain('/api/v1/export')
})
