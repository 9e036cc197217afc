import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Instance } from '../../../act/cloud-watch/instance.ts'
import { TscalerError } from '../../../model/problem.ts'
import { openTestServer, type TestServer } from '../server.fixture.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

const orphan: Instance = {
  id: 'i-lost',
  state: 'running',
  host: '10.0.0.7',
  name: 'shop07',
  type: 't3.micro',
  launchedAt: 0,
  region: 'eu-west-1',
  ec2Profile: null,
  node: null,
  cluster: null,
  kind: 'orphan',
  note: 'Nobody has it.',
}
const node: Instance = {
  ...orphan,
  id: 'i-shop01',
  name: 'shop01',
  kind: 'node',
  node: { id: 1, name: 'shop01' },
  note: null,
}

test('a viewer reads what the last look saw, by name, or looks now', async () => {
  const { desk } = server
  desk.cloudWatch = {
    ...desk.cloudWatch,
    seen: { instances: [orphan, node], lookedAt: 1_000, trouble: ['eu-central-1 could not be reached.'] },
    fresh: async () => ({ instances: [node], lookedAt: 2_000, trouble: [] }),
  }
  expect((await server.ask('viewer', 'GET', '/api/v1/instances')).json()).toEqual({
    items: [
      { ...node, launchedAt: '1970-01-01T00:00:00.000Z' },
      { ...orphan, launchedAt: '1970-01-01T00:00:00.000Z' },
    ],
    lookedAt: '1970-01-01T00:00:01.000Z',
    trouble: ['eu-central-1 could not be reached.'],
  })
  const fresh = (await server.ask('viewer', 'GET', '/api/v1/instances?fresh=true')).json()
  expect([fresh.items.length, fresh.lookedAt]).toEqual([1, '1970-01-01T00:00:02.000Z'])
})

test('an end needs an admin and a reason, and is in the audit trail before the cloud is asked', async () => {
  const { desk } = server
  const url = '/api/v1/instances/i-lost/end'
  desk.cloudWatch = {
    ...desk.cloudWatch,
    end: async (_, also) => {
      await desk.store.transaction(also)
      throw new TscalerError('cloud-failed', 'EC2 eu-west-1 refused.')
    },
  }
  expect((await server.ask('operator', 'POST', url, { reason: 'lost' })).statusCode).toBe(403)
  expect((await server.ask('admin', 'POST', url, {})).json()).toMatchObject({ findings: [{ path: 'reason' }] })
  expect((await server.ask('admin', 'POST', url, { reason: 'lost' })).statusCode).toBe(502)
  const trail = await desk.store.audit.list({ where: { kind: 'instance' } })
  expect(trail).toMatchObject([{ who: 'token:for-admin', what: 'end', detail: 'i-lost: lost' }])
  desk.cloudWatch = { ...desk.cloudWatch, end: async () => {} }
  expect((await server.ask('admin', 'POST', url, { reason: 'lost' })).statusCode).toBe(204)
})
