import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServer, type TestServer } from './server.fixture.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

const reference = fc.oneof(fc.nat(5), fc.string({ maxLength: 5 }), fc.constant('shop'))
const anything = fc.oneof(
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  fc.record(
    {
      name: fc.oneof(fc.constantFrom('shop', 'load1', 'x'), fc.jsonValue({ maxDepth: 1 })),
      cluster: reference,
      nodes: fc.array(reference, { maxLength: 2 }),
      counters: fc.array(fc.oneof(reference, fc.record({ counter: reference })), { maxLength: 2 }),
      timing: fc.oneof(fc.double(), fc.constantFrom('90s', '1e9d', 5)),
      period: fc.constantFrom('10s', '99d', '', 10),
      ssh: fc.oneof(fc.constant({ script: 'echo 1' }), fc.jsonValue({ maxDepth: 1 })),
      localScript: fc.oneof(fc.constant({ script: '\0' }), fc.jsonValue({ maxDepth: 1 })),
      password: fc.jsonValue({ maxDepth: 1 }),
      role: fc.constantFrom('viewer', 'root'),
      user: fc.string({ maxLength: 5 }),
      port: fc.integer(),
      min: fc.integer(),
      max: fc.integer(),
      for: fc.constantFrom('1h', '999999999d', 'x'),
      until: fc.constantFrom('2023-11-14T23:00:00Z', 'x', '9999-12-31T00:00:00Z'),
      reason: fc.string({ maxLength: 3 }),
      force: fc.boolean(),
      document: fc.oneof(
        fc.jsonValue({ maxDepth: 3 }),
        fc.constant({ version: 1, clusters: [{ name: 'x', nodes: [{ name: 7 }] }, { nodes: 3 }, 4] }),
      ),
    },
    { requiredKeys: [] },
  ),
)

test('no body brings any route to a fault of its own: every answer is one of the documented refusals', async () => {
  const routes = server.routes.filter(({ method }) => ['POST', 'PATCH', 'DELETE'].includes(method))
  const arbitrary = fc.tuple(fc.constantFrom(...routes), anything, fc.constantFrom('1', 'shop', '999', 'x y', '0'))
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([{ method, url }, body, id]) => {
      const address = url.replace(/:id/, encodeURIComponent(id)).replace(/:\w+/g, '1')
      const headers = { authorization: `Bearer ${server.tokens.admin}`, 'content-type': 'application/json' }
      const answer = await server.app.inject({
        method: method as 'POST',
        url: address,
        headers,
        payload: JSON.stringify(body),
      })
      expect({ method, address, body, status: answer.statusCode, detail: answer.body }).toMatchObject({
        status: expect.toSatisfy((status: number) => status < 500),
      })
      if (answer.statusCode >= 400)
        expect(answer.json()).toMatchObject({
          type: expect.stringMatching(/^urn:tscaler:error:/),
          detail: expect.any(String),
        })
    }),
    { numRuns: 600 },
  )
}, 60_000)

test('no query brings any list to a fault of its own', async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('1', '-1', '1e9', '99999999999999999999', '2023-11-14T00:00:00Z', '1.1', 'true', 'shop'),
  )
  const query = fc.dictionary(
    fc.constantFrom(
      'limit',
      'cursor',
      'q',
      'cluster',
      'node',
      'series',
      'from',
      'to',
      'step',
      'state',
      'source',
      'after',
      'values',
      'what',
    ),
    text,
    { maxKeys: 4 },
  )
  const routes = server.routes.filter(({ method, url }) => method === 'GET' && url !== '/api/v1/live')
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), query, async ({ url }, given) => {
      const address = `${url.replace(/:\w+/g, '1')}?${new URLSearchParams(given)}`
      const { statusCode } = await server.ask('admin', 'GET', address)
      expect([address, statusCode < 500]).toEqual([address, true])
    }),
    { numRuns: 400 },
  )
}, 60_000)
