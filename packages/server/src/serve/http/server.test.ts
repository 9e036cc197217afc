import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tell } from '../../keep/queue/topics.ts'
import { openTestServer, type TestServer } from './server.fixture.ts'
import { buildServer } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

describe('resources over HTTP', () => {
  test('are made, listed, changed and removed', async () => {
    const made = await server.ask('admin', 'POST', '/api/v1/clusters', { name: 'shop', min: 2, max: 8 })
    expect([made.statusCode, made.headers.etag]).toEqual([201, '"1"'])
    const { id } = made.json()
    expect(made.headers.location).toBe(`/api/v1/clusters/${id}`)
    expect((await server.ask('viewer', 'GET', '/api/v1/clusters')).json()).toMatchObject({
      items: [{ id, name: 'shop' }],
      next: null,
    })
    const changed = await server.ask('admin', 'PATCH', `/api/v1/clusters/${id}`, { max: 9 })
    expect(changed.json()).toMatchObject({ max: 9, version: 2 })
    expect((await server.ask('admin', 'DELETE', `/api/v1/clusters/${id}`)).statusCode).toBe(204)
    expect((await server.ask('viewer', 'GET', `/api/v1/clusters/${id}`)).statusCode).toBe(404)
  })

  test('an action may hold an archive of 8 MiB, and no byte more', async () => {
    const post = (bytes: number) => {
      const modules = Buffer.alloc(bytes).toString('base64')
      return server.ask('admin', 'POST', '/api/v1/actions', {
        name: 'base',
        osConfiguration: { manifest: 'x', modules },
      })
    }
    const refused = await post(8 * 1_048_576 + 1)
    expect(refused.json().findings).toEqual([
      { path: 'osConfiguration.modules', message: 'has 8388609 bytes, may have 8388608' },
    ])
    const made = await post(8 * 1_048_576)
    expect(made.statusCode).toBe(201)
    await server.ask('admin', 'DELETE', `/api/v1/actions/${made.json().id}`)
  })

  test('everything wrong with a body is told at once, as a problem document', async () => {
    const answer = await server.ask('admin', 'POST', '/api/v1/counters', {
      name: '1x',
      ssh: {},
      perod: '10',
      period: '10',
      shared: 'yes',
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toMatchObject({
      type: 'urn:tscaler:error:bad-input',
      status: 400,
      findings: [
        {
          path: 'name',
          message: 'got "1x", expected a name: a letter, then up to 62 letters, digits, dots, underscores or hyphens',
        },
        { path: 'perod', message: 'is not a known field. Did you mean "period"?' },
        { path: 'period', message: 'got "10", expected a duration such as "10s" (1s to 1h)' },
        { path: 'shared', message: 'got "yes", expected true or false' },
      ],
    })
  })

  test('an old If-Match is refused', async () => {
    await server.ask('admin', 'POST', '/api/v1/clusters', { name: 'versions' })
    const headers = { authorization: `Bearer ${server.tokens.admin}`, 'if-match': '"7"' }
    const answer = await server.app.inject({
      method: 'PATCH',
      url: '/api/v1/clusters/versions',
      headers,
      payload: { min: 0 },
    })
    expect([answer.statusCode, answer.json().type]).toEqual([412, 'urn:tscaler:error:stale-version'])
  })

  test('a secret that is put in the wrong place is not repeated', async () => {
    const answer = await server.ask('admin', 'POST', '/api/v1/ssh-profiles', {
      name: 'ops',
      user: 'ops',
      password: 'hunter2hunter2',
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.body).not.toContain('hunter2')
    expect(answer.json().findings).toEqual([
      { path: 'password', message: 'got a text, expected a secret: { "value": "…" } or null' },
    ])
  })

  test.each([
    { name: 'no JSON', headers: { 'content-type': 'application/json' }, payload: '{"name":', status: 400 },
    {
      name: 'a prototype',
      headers: { 'content-type': 'application/json' },
      payload: '{"__proto__":{"x":1}}',
      status: 400,
    },
    { name: 'another type', headers: { 'content-type': 'text/xml' }, payload: '<a/>', status: 400 },
    { name: 'nothing', headers: { 'content-type': 'application/json' }, payload: '', status: 400 },
    {
      name: 'too much',
      headers: { 'content-type': 'application/json' },
      payload: `"${'x'.repeat(1_100_000)}"`,
      status: 413,
    },
  ])('a body of $name is answered $status as a problem', async ({ headers, payload, status }) => {
    const authorization = `Bearer ${server.tokens.admin}`
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/v1/clusters',
      headers: { ...headers, authorization },
      payload,
    })
    expect(answer.statusCode).toBe(status)
    expect(answer.json().type).toMatch(/^urn:tscaler:error:[a-z-]+$/)
  })

  test('what is not there is a problem document too', async () => {
    const answer = await server.ask('viewer', 'GET', '/api/v1/nothing-here')
    expect([answer.statusCode, answer.json().type]).toEqual([404, 'urn:tscaler:error:not-found'])
    expect((await server.ask('viewer', 'POST', '/nothing-here', {})).json().type).toBe('urn:tscaler:error:not-found')
  })
})

test('the API describes itself, its shapes once each and by name', async () => {
  const description = (await server.ask(null, 'GET', '/api/v1/openapi.json')).json()
  expect(Object.keys(description.components.schemas)).toEqual(
    expect.arrayContaining(['Cluster', 'ClusterBody', 'Problem', 'Run']),
  )
  expect(description.paths['/api/v1/clusters'].post.requestBody.content['application/json'].schema).toEqual({
    $ref: '#/components/schemas/ClusterBody',
  })
  expect(JSON.stringify(description)).not.toContain('def-')
})

test('health and metrics', async () => {
  expect((await server.ask(null, 'GET', '/healthz')).json()).toEqual({ status: 'ok' })
  expect((await server.ask(null, 'GET', '/readyz')).json()).toEqual({ status: 'ok', trouble: [] })
  const metrics = await server.ask('viewer', 'GET', '/metrics')
  expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(metrics.body).toContain('# TYPE tscaler_runs_active gauge\ntscaler_runs_active 0\n')
})

test('metrics count samples by source, failures by kind, and show values where asked', async () => {
  await server.ask('admin', 'POST', '/api/v1/counters', { name: 'load1', ssh: { script: 'echo 1' } })
  await server.ask('admin', 'POST', '/api/v1/clusters', { name: 'measured', counters: ['load1'] })
  await server.ask('admin', 'POST', '/api/v1/nodes', { name: 'm01', cluster: 'measured' })
  const id = `${(await server.desk.store.counters.findOne({ name: 'load1' }))?.id}.${(await server.desk.store.nodes.findOne({ name: 'm01' }))?.id}`
  const good = { at: 1, value: 7, failure: null, text: null, hits: 0 }
  server.desk.recent.put([{ series: id, latest: good }])
  tell(server.desk.queue, 'samples.taken', [
    { series: id, latest: good },
    { series: id, latest: { ...good, value: null, failure: 'timeout', text: 'slow' } },
  ])
  const { body } = await server.ask('viewer', 'GET', '/metrics?values=true')
  expect(body).toContain('tscaler_samples_total{source="ssh"} 2\n')
  expect(body).toContain('tscaler_sample_errors_total{source="ssh",kind="timeout"} 1\n')
  expect(body).toContain('tscaler_sample_value{cluster="measured",node="m01",jvm="",counter="load1"} 7\n')
})

describe('many requests', () => {
  test('of one address are refused beyond the limit, of another behind the same proxy not', async () => {
    const { app } = await buildServer({ desk: server.desk, logger: false, pages: null, requestsMax: 3 })
    const ask = (address: string) => app.inject({ url: '/healthz', headers: { 'x-forwarded-for': address } })
    for (let n = 0; n < 3; n++) expect((await ask('192.0.2.1')).statusCode).toBe(200)
    const refused = await ask('192.0.2.1')
    expect([refused.statusCode, refused.json().type]).toEqual([429, 'urn:tscaler:error:too-many-tries'])
    expect((await ask('192.0.2.2')).statusCode).toBe(200)
    await app.close()
  })
})
