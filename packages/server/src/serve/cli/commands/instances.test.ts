import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Instance } from '../../../act/cloud-watch/instance.ts'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
})
afterEach(() => cli.close())

function machines(): Instance[] {
  const shared = {
    state: 'running',
    host: '10.0.0.7',
    type: 't3.micro',
    launchedAt: cli.desk.clock.now() - 7_200_000,
    region: 'eu-west-1',
    ec2Profile: null,
    cluster: { id: 1, name: 'shop' },
  } as const
  return [
    { ...shared, id: 'i-1', name: 'shop01', node: { id: 1, name: 'shop01' }, kind: 'node', note: null },
    { ...shared, id: 'i-7', name: 'shop07', node: null, kind: 'orphan', note: 'i-7 is nobody’s. End it.' },
  ]
}

test('instances shows whose each machine is, and what to do', async () => {
  const seen = { instances: machines(), lookedAt: cli.desk.clock.now() - 30_000, trouble: [] }
  cli.desk.cloudWatch = { ...cli.desk.cloudWatch, seen, fresh: async () => ({ ...seen, instances: [] }) }
  expect(
    (await cli.run('instances')).stdout,
  ).toBe(`INSTANCE  IS      NAME    CLUSTER  STATE    ADDRESS   TYPE      REGION     LAUNCHED
i-1       node    shop01  shop     running  10.0.0.7  t3.micro  eu-west-1  2h ago
i-7       ORPHAN  shop07  shop     running  10.0.0.7  t3.micro  eu-west-1  2h ago
i-7 is nobody’s. End it.
2 machines, seen 30s ago.
`)
  expect(JSON.parse((await cli.run('instances --json')).stdout)).toMatchObject({
    items: [{ id: 'i-1' }, { id: 'i-7' }],
  })
  expect((await cli.run('instances --fresh')).stdout).toBe(
    'No machines: none in a cloud is a node or carries the tag of this tscaler.\n',
  )
})

test('instances says that nobody has looked yet, and what could not be read', async () => {
  expect((await cli.run('instances')).stdout).toBe(
    'Nobody has looked at the clouds yet: ask again in a few seconds, or with --fresh.\n',
  )
  cli.desk.cloudWatch = {
    ...cli.desk.cloudWatch,
    seen: { instances: [], lookedAt: 0, trouble: ['EC2 eu-west-1 could not be reached.'] },
  }
  expect((await cli.run('instances')).stdout).toBe('EC2 eu-west-1 could not be reached.\n')
})

test('end-instance gives its reason to the server', async () => {
  const ended: string[] = []
  cli.desk.cloudWatch = {
    ...cli.desk.cloudWatch,
    end: async (vmId, also) => {
      await cli.desk.store.transaction(also)
      ended.push(vmId)
    },
  }
  expect((await cli.run('end-instance i-7')).code).toBe(2)
  expect((await cli.run('end-instance i-7 --reason "it is lost"')).stdout).toBe('The cloud was told to end i-7.\n')
  expect(ended).toEqual(['i-7'])
  expect((await cli.desk.store.audit.list()).at(-1)).toMatchObject({ kind: 'instance', detail: 'i-7: it is lost' })
})
