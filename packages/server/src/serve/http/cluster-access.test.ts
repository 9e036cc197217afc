import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin } from '../../desk/desk.fixture.ts'
import { applyDocument } from '../../desk/document.ts'
import { createToken } from '../../desk/tokens.ts'
import { createUser } from '../../desk/users.ts'
import { openTestServer, type TestServer } from './server.fixture.ts'

let server: TestServer
const secrets = { viewer: '', operator: '' }

beforeAll(async () => {
  server = await openTestServer()
  const { desk } = server
  const cluster = (name: string) => ({
    name,
    counters: ['load1'],
    nodes: [{ name: `${name}01`, hostname: '10.0.0.1', jvmProfiles: ['tomcat'] }],
  })
  const trigger = (name: string, of: string) => ({ name, cluster: of, counters: ['load1'], timing: 5 })
  const schedule = (name: string, of: string) => ({ name, cluster: of, cron: '0 2 * * *', min: 1 })
  await applyDocument(desk, admin, {
    document: {
      version: 1,
      jvmProfiles: [{ name: 'tomcat', port: 9010 }],
      counters: [{ name: 'load1', ssh: { script: 'echo 1' }, threshold: '> 4' }],
      actions: [{ name: 'app', localScript: { script: 'echo' } }],
      clusters: [cluster('shop'), cluster('bank')],
      triggers: [trigger('grow', 'shop'), trigger('shrink', 'bank')],
      schedules: [schedule('night', 'shop'), schedule('day', 'bank')],
    },
  })
  for (const [index, clusterName] of ['shop', 'bank'].entries()) await writeRun(index + 1, clusterName)
  // What a run was begun for is not all that it works on.
  await writeRun(1, 'shop', 2)
  for (const role of ['viewer', 'operator'] as const) {
    const own = { name: `shop-${role}`, role: 'none' as const, clusterRoles: [{ cluster: 'shop', role }] }
    const user = await createUser(desk, admin, own)
    const asker = { who: user.name, role: user.role, clusterRoles: user.clusterRoles, userId: user.id }
    secrets[role] = (await createToken(desk, asker, own)).secret
  }
})
afterAll(() => server.close())

/** A run of the cluster, on a node, with an alert about each of them. */
async function writeRun(clusterId: number, clusterName: string, nodeId = clusterId) {
  const { store } = server.desk
  const run = await store.runs.insert({
    triggerId: clusterId,
    triggerName: 'grow',
    clusterId,
    clusterName,
    state: 'running',
    effect: 'none',
    cause: { kind: 'person', text: 'by hand' },
    planHash: 'h',
    note: null,
    cancelRequested: false,
    startedAt: 1,
    endedAt: null,
  })
  const step = await store.steps.insert({
    runId: run.id,
    n: 1,
    action: await store.actions.get(1),
    type: 'localScript',
    target: 'cluster',
    onFailure: 'stop',
    state: 'running',
    startedAt: 1,
    endedAt: null,
  })
  await store.tasks.insert({
    runId: run.id,
    stepId: step.id,
    n: 1,
    nodeId,
    nodeName: null,
    state: 'running',
    attempts: 1,
    token: `t${run.id}`,
    startedAt: 1,
    endedAt: null,
    error: null,
    notBefore: null,
  })
  await store.alerts.insert({
    kind: 'run-held',
    subject: `run:${run.id}`,
    text: clusterName,
    state: 'open',
    openedAt: 1,
    lastAt: 1,
    repeats: 0,
    ackBy: null,
    resolvedAt: null,
    mailedAt: null,
  })
}

/** Every route that a role for one cluster opens, as it is asked about cluster `shop` (1) and about `bank` (2); `viewer` or `operator` of shop. */
const scoped: {
  route: string
  needs: 'viewer' | 'operator'
  ask: (n: 1 | 2) => { url: string; body?: object }
}[] = [
  { route: 'GET /clusters/:id', needs: 'viewer', ask: (n) => ({ url: `/clusters/${n}` }) },
  { route: 'GET /nodes/:id', needs: 'viewer', ask: (n) => ({ url: `/nodes/${n}` }) },
  { route: 'GET /schedules/:id', needs: 'viewer', ask: (n) => ({ url: `/schedules/${n}` }) },
  { route: 'GET /triggers/:id', needs: 'viewer', ask: (n) => ({ url: `/triggers/${n}` }) },
  { route: 'GET /triggers/:id/state', needs: 'viewer', ask: (n) => ({ url: `/triggers/${n}/state` }) },
  { route: 'GET /triggers/:id/explain', needs: 'viewer', ask: (n) => ({ url: `/triggers/${n}/explain` }) },
  { route: 'POST /triggers/:id/backtest', needs: 'viewer', ask: (n) => ({ url: `/triggers/${n}/backtest` }) },
  {
    route: 'POST /backtest',
    needs: 'viewer',
    ask: (n) => ({
      url: '/backtest',
      body: { trigger: { name: 'new', cluster: n, counters: ['load1'], timing: 5 } },
    }),
  },
  { route: 'GET /clusters/:id/size', needs: 'viewer', ask: (n) => ({ url: `/clusters/${n}/size` }) },
  { route: 'GET /samples', needs: 'viewer', ask: (n) => ({ url: `/samples?series=1.${n}` }) },
  { route: 'GET /runs/:id', needs: 'viewer', ask: (n) => ({ url: `/runs/${n}` }) },
  { route: 'GET /runs/:id/steps/:n/log', needs: 'viewer', ask: (n) => ({ url: `/runs/${n}/steps/1/log` }) },
  { route: 'GET /nodes/:id/jvms', needs: 'viewer', ask: (n) => ({ url: `/nodes/${n}/jvms` }) },
  {
    route: 'GET /nodes/:id/jvms/:profile/mbeans',
    needs: 'operator',
    ask: (n) => ({ url: `/nodes/${n}/jvms/tomcat/mbeans` }),
  },
  { route: 'POST /nodes/:id/check', needs: 'operator', ask: (n) => ({ url: `/nodes/${n}/check` }) },
  { route: 'POST /triggers/:id/execute', needs: 'operator', ask: (n) => ({ url: `/triggers/${n}/execute` }) },
  {
    route: 'POST /actions/:id/execute',
    needs: 'operator',
    ask: (n) => ({ url: '/actions/app/execute', body: { cluster: n === 1 ? 'shop' : 'bank' } }),
  },
  ...(['cancel', 'retry', 'approve', 'reject'] as const).map((order) => ({
    route: `POST /runs/:id/${order}`,
    needs: 'operator' as const,
    ask: (n: 1 | 2) => ({ url: `/runs/${n}/${order}` }),
  })),
  {
    route: 'POST /runs/:id/resolve',
    needs: 'operator',
    ask: (n) => ({ url: `/runs/${n}/resolve`, body: { task: n, answer: 'done' } }),
  },
  { route: 'POST /alerts/:id/ack', needs: 'operator', ask: (n) => ({ url: `/alerts/${n}/ack` }) },
  { route: 'POST /pause', needs: 'operator', ask: (n) => ({ url: '/pause', body: { cluster: n, for: '1h' } }) },
  { route: 'POST /resume', needs: 'operator', ask: (n) => ({ url: '/resume', body: { trigger: n } }) },
]

/** Routes that answer only what belongs to the asker's clusters; each has a test of its own below. */
const narrowed = [
  'GET /clusters',
  'GET /nodes',
  'GET /schedules',
  'GET /triggers',
  'GET /runs',
  'GET /status',
  'GET /series',
  'GET /alerts',
  'GET /sizes',
  'GET /live',
]

function ask(role: 'viewer' | 'operator', method: string, { url, body }: { url: string; body?: object }) {
  return server.app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${secrets[role]}` },
    ...(body === undefined ? {} : { payload: body }),
  })
}

test('what roles for single clusters open is in these tables, and nothing else', () => {
  const routes = server.routes.filter(({ method }) => method !== 'HEAD')
  const named = (of: typeof routes) => of.map(({ method, url }) => `${method} ${url.replace('/api/v1', '')}`).sort()
  expect(named(routes.filter(({ clusters }) => typeof clusters === 'function'))).toEqual(
    scoped.map(({ route }) => route).sort(),
  )
  expect(named(routes.filter(({ clusters }) => clusters === 'narrowed'))).toEqual(narrowed.toSorted())
})

describe.each(scoped)('$route', ({ route, needs, ask: of }) => {
  const [method = ''] = route.split(' ')

  test('is open on his own cluster, and on no other', async () => {
    const [own, others] = [await ask('operator', method, of(1)), await ask('operator', method, of(2))]
    expect([401, 403, 404]).not.toContain(own.statusCode)
    expect([others.statusCode, others.json().detail]).toEqual([
      403,
      `token:shop-operator is none beyond his own clusters; this needs ${needs}. Ask an administrator.`,
    ])
  })

  test(`needs ${needs}`, async () => {
    const { statusCode } = await ask('viewer', method, of(1))
    if (needs === 'operator') expect(statusCode).toBe(403)
    else expect(statusCode).not.toBe(403)
  })

  test('what is not there is refused like what is others', async () => {
    const { url, body } = of(2)
    const nowhere = { url: url.replace(/(\/|\.)2(?=\/|$)/, '$19'), ...(body ? { body: nowhereBody(body) } : {}) }
    const [others, none] = [await ask('operator', method, of(2)), await ask('operator', method, nowhere)]
    expect([none.statusCode, none.body]).toEqual([others.statusCode, others.body])
  })
})

function nowhereBody(body: object): object {
  const text = JSON.stringify(body)
  return JSON.parse(
    text.replace('"bank"', '"nowhere"').replace('"cluster":2', '"cluster":9').replace('"trigger":2', '"trigger":9'),
  )
}

test('a route without a rule for clusters needs the role everywhere', async () => {
  const wrong: string[] = []
  for (const { method, url, access, clusters } of server.routes) {
    if (clusters !== undefined || access === 'anyone' || access === 'none' || method === 'HEAD') continue
    const { statusCode } = await ask('operator', method, { url: url.replace('/api/v1', '').replace(/:\w+/g, '1') })
    // Outside the API there is nothing of this name under /api/v1: the address itself is asked.
    const asked = url.startsWith('/api/v1') ? statusCode : (await outside(url)).statusCode
    if (asked !== 403) wrong.push(`${method} ${url}: ${asked}`)
  }
  expect(wrong).toEqual([])
})

function outside(url: string) {
  return server.app.inject({ url, headers: { authorization: `Bearer ${secrets.operator}` } })
}

test.each([
  { name: 'an action on nobody in particular', url: '/actions/app/execute', body: {} },
  { name: 'a node of another cluster', url: '/triggers/1/execute', body: { nodes: ['bank01'] } },
  { name: 'one of his nodes and one of another cluster', url: '/actions/1/execute', body: { nodes: [1, 2] } },
  {
    name: 'an action on another cluster, with nodes of his',
    url: '/actions/1/execute',
    body: { nodes: [1], cluster: 2 },
  },
  { name: 'the pause of everything', url: '/pause', body: { for: '1h' } },
  { name: 'the resumption of everything', url: '/resume', body: undefined },
  { name: 'the red stop', url: '/stop-all', body: { reason: 'x' } },
  { name: 'lifting the red stop', url: '/resume', body: { cluster: 1, stopAll: true } },
  { name: 'a run of his cluster on nodes of another', url: '/runs/3/retry', body: undefined },
])('an operator of one cluster is refused $name', async ({ url, body }) => {
  const { statusCode } = await ask('operator', 'POST', { url, ...(body ? { body } : {}) })
  expect(statusCode).toBe(403)
})

test('nobody forces a run with a role for one cluster', async () => {
  const answer = await ask('operator', 'POST', { url: '/triggers/1/execute', body: { force: true, reason: 'x' } })
  expect([answer.statusCode, answer.json().detail]).toEqual([
    403,
    'token:shop-operator is none; to force a run needs admin.',
  ])
})

test.each([
  { url: '/clusters', expected: ['shop'] },
  { url: '/nodes', expected: ['shop01'] },
  { url: '/nodes?cluster=bank', expected: [] },
  { url: '/triggers', expected: ['grow'] },
  { url: '/triggers?cluster=shop', expected: ['grow'] },
  { url: '/schedules', expected: ['night'] },
])('GET $url lists $expected of both clusters', async ({ url, expected }) => {
  const { items } = (await ask('viewer', 'GET', { url })).json()
  expect(items.map(({ name }: { name: string }) => name)).toEqual(expected)
})

test('series, runs and alerts are those of his cluster', async () => {
  const items = async (url: string) => (await ask('viewer', 'GET', { url })).json().items
  expect((await items('/series')).map(({ id }: { id: string }) => id)).toEqual(['1.1'])
  expect(await items('/series?node=bank01')).toEqual([])
  expect((await items('/runs')).map(({ id }: { id: number }) => id)).toEqual([3, 1])
  expect(await items('/runs?cluster=bank')).toEqual([])
  expect((await items('/alerts')).map(({ id }: { id: number }) => id)).toEqual([3, 1])
  expect((await items('/alerts?limit=1')).map(({ id }: { id: number }) => id)).toEqual([3])
  expect((await items('/alerts?cursor=3')).map(({ id }: { id: number }) => id)).toEqual([1])
})

test('sizes are those of his cluster', async () => {
  const { items } = (await ask('viewer', 'GET', { url: '/sizes' })).json()
  expect(items).toHaveLength(1)
  expect(JSON.stringify(items)).not.toContain('bank')
})

test('the status counts his cluster alone', async () => {
  const status = (await ask('viewer', 'GET', { url: '/status' })).json()
  expect(status).toMatchObject({ nodes: 1, clusters: 1, series: 1, runsActive: 2, alertsOpen: 2, trouble: [] })
  expect((await server.ask('viewer', 'GET', '/api/v1/status')).json()).toMatchObject({ nodes: 2, clusters: 2 })
})

test('his rights are told to the pages; a token has never more than its user has now', async () => {
  const me = async () => (await ask('operator', 'GET', { url: '/session' })).json()
  const own = { cluster: { id: 1, name: 'shop' }, role: 'operator' }
  expect(await me()).toEqual({
    who: 'token:shop-operator',
    role: 'none',
    clusterRoles: [own],
    user: null,
    mustEnrol: false,
  })
  const change = (clusterRoles: object[]) =>
    server.ask('admin', 'PATCH', '/api/v1/users/shop-operator', { clusterRoles })
  await change([
    { cluster: 'shop', role: 'viewer' },
    { cluster: 'bank', role: 'operator' },
  ])
  expect((await me()).clusterRoles).toEqual([{ ...own, role: 'viewer' }])
  expect((await ask('operator', 'POST', { url: '/pause', body: { cluster: 1, for: '1h' } })).statusCode).toBe(403)
  await change([{ cluster: 'shop', role: 'operator' }])
})

test.each([
  { name: 'a cluster that is not there', roles: [{ cluster: 'nowhere', role: 'viewer' }] },
  {
    name: 'a cluster twice',
    roles: [
      { cluster: 'shop', role: 'viewer' },
      { cluster: 1, role: 'operator' },
    ],
  },
  { name: 'an administrator of one cluster', roles: [{ cluster: 'shop', role: 'admin' }] },
])('$name is refused, with its place', async ({ roles }) => {
  const answer = await server.ask('admin', 'POST', '/api/v1/users', { name: 'x', role: 'none', clusterRoles: roles })
  expect([answer.statusCode, answer.json().findings[0].path]).toEqual([400, expect.stringMatching(/^clusterRoles\[/)])
})
