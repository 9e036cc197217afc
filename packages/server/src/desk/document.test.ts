import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TscalerError } from '../model/problem.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import { applyDocument, planDocument } from './document.ts'
import { exportDocument } from './export.ts'
import { firstFleet } from './first-fleet.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
})
afterEach(() => desk.close())

const shop = {
  version: 1,
  sshProfiles: [{ name: 'ops', user: 'ops', privateKey: { value: 'PRIVATE-KEY' }, jump: ['bastion@gw1'] }],
  counters: [
    { name: 'load1', ssh: { script: "cut -d' ' -f1 /proc/loadavg" }, threshold: '> 4' },
    { name: 'heap', jmx: { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'used' }, unit: 'bytes' },
  ],
  clusters: [
    {
      name: 'shop',
      min: 2,
      max: 8,
      cooldown: '7m',
      counters: ['load1', 'heap'],
      nodes: [{ name: 'shop01', hostname: '10.0.0.11', sshProfile: 'ops', labels: { rack: 'a' } }],
    },
  ],
  actions: [
    { name: 'app', localScript: { script: '/opt/deploy/app.sh' }, secrets: { TOKEN: { value: 'APP-TOKEN' } } },
    { name: 'tell-us', email: { to: ['ops@example.org'], title: '{{trigger}} on {{cluster}}', content: 'now' } },
  ],
  triggers: [
    {
      name: 'grow',
      cluster: 'shop',
      state: 'on',
      counters: ['load1', { counter: 'heap', threshold: '> 800000000' }],
      timing: 5,
      actions: [{ action: 'app', target: 'cluster' }, { action: 'tell-us' }],
    },
  ],
}

const apply = (document: unknown, prune = false) => applyDocument(desk, admin, { document, prune })

async function findings(document: unknown): Promise<Record<string, string>> {
  const thrown = await planDocument(desk, { document }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(thrown).toBeInstanceOf(TscalerError)
  return Object.fromEntries((thrown as TscalerError).findings.map(({ path, message }) => [path, message]))
}

describe('applying', () => {
  test('makes everything in one go, with an audit line each and one word to the others', async () => {
    const answer = await apply(shop)
    expect(answer.changes.map(({ what, kind, name }) => `${what} ${kind} ${name}`)).toEqual([
      'create SSH profile ops',
      'create counter load1',
      'create counter heap',
      'create cluster shop',
      'create node shop01',
      'create action app',
      'create action tell-us',
      'create trigger grow',
    ])
    expect(await desk.store.audit.count()).toBe(8)
    expect(desk.told).toEqual(['config.changed'])
    expect(await desk.store.triggers.findOne({ name: 'grow' })).toMatchObject({ timingMs: 300_000, state: 'on' })
  })

  test('again changes nothing', async () => {
    await apply(shop)
    expect(await apply(shop)).toEqual({ changes: [], unchanged: 8, leftAlone: [] })
    expect(desk.told).toHaveLength(1)
  })

  test('a plan says what apply does, and does nothing', async () => {
    const planned = await planDocument(desk, { document: shop })
    expect(await desk.store.counters.count()).toBe(0)
    expect((await apply(shop)).changes.map(({ fields }) => fields)).toEqual(planned.changes.map(({ fields }) => fields))
  })

  test('a change names the fields that differ, secrets as digests', async () => {
    await apply(shop)
    const changed = structuredClone(shop)
    Object.assign(changed.clusters[0]!, { max: 9 })
    Object.assign(changed.sshProfiles[0]!, { privateKey: { value: 'ANOTHER-KEY' } })
    const { changes } = await planDocument(desk, { document: changed })
    expect(changes).toEqual([
      {
        kind: 'SSH profile',
        name: 'ops',
        what: 'update',
        id: 1,
        fields: [{ field: 'privateKey', from: { kept: expect.any(String) }, to: { kept: expect.any(String) } }],
      },
      { kind: 'cluster', name: 'shop', what: 'update', id: 1, fields: [{ field: 'max', from: 8, to: 9 }] },
    ])
    expect(JSON.stringify(changes)).not.toContain('KEY')
  })

  test('what the file leaves out stays unless pruned; machines that may be deployed stay always, and what they use', async () => {
    await apply(shop)
    const node = await desk.store.nodes.findOne({ name: 'shop01' })
    await desk.store.nodes.insert({ ...node!, id: undefined as never, name: 'shop02', instanceId: 'i-0ab1' } as never)
    const rest = { version: 1, counters: shop.counters }
    expect((await planDocument(desk, { document: rest })).leftAlone.map(({ name }) => name)).toEqual([
      'grow',
      'app',
      'tell-us',
      'shop01',
      'shop02',
      'shop',
      'ops',
    ])
    const { changes, leftAlone } = await apply(rest, true)
    expect(changes.map(({ what, name }) => `${what} ${name}`)).toEqual([
      'remove grow',
      'remove app',
      'remove tell-us',
      'remove shop01',
    ])
    expect(leftAlone).toEqual([
      { kind: 'node', name: 'shop02', reason: 'is EC2 instance i-0ab1' },
      { kind: 'cluster', name: 'shop', reason: 'is used by node "shop02"' },
      { kind: 'SSH profile', name: 'ops', reason: 'is used by node "shop02"' },
    ])
  })

  test('a learnt host key and a trigger that somebody switched off are left as they are', async () => {
    await apply(shop)
    const node = await desk.store.nodes.findOne({ name: 'shop01' })
    await desk.store.nodes.update(node!.id, { hostKey: 'ssh-ed25519 AAAA' })
    const { state: _, ...trigger } = shop.triggers[0]!
    await desk.store.triggers.updateWhere({ name: 'grow' }, { state: 'off' })
    expect((await apply({ ...shop, triggers: [trigger] })).changes).toEqual([])
    expect(await desk.store.nodes.findOne({ name: 'shop01' })).toMatchObject({ hostKey: 'ssh-ed25519 AAAA' })
  })
})

describe('what is wrong', () => {
  test('is told all at once, with places in the file', async () => {
    const document = {
      version: 1,
      counters: [
        { name: 'load1', ssh: { script: 'echo 1' }, period: '10' },
        { name: 'load1', ssh: { scrpt: 'echo 1' } },
      ],
      clusters: [{ name: 'shop', counters: ['laod1'], nodes: [{ name: 'a', sshProfile: 'ops' }, { nme: 'b' }] }],
      triggers: [
        {
          name: 'grow',
          cluster: 'shpo',
          counters: [{ counter: 'load1', threshold: '4' }],
          timing: 5,
          actions: [{ action: 'x' }],
        },
      ],
    }
    expect(await findings(document)).toEqual({
      'counters[0].period': 'got "10", expected a duration such as "10s" (1s to 1h)',
      'counters[1].name': 'is the second counter named "load1".',
      'counters[1].ssh.scrpt': expect.stringContaining('is no field here'),
      'clusters[0].counters[0]': 'there is no counter "laod1". Did you mean "load1"?',
      'clusters[0].nodes[0].sshProfile': 'there is no SSH profile "ops".',
      'clusters[0].nodes[1].name': expect.stringContaining('is missing, expected a name'),
      'clusters[0].nodes[1].nme': 'is not a known field. Did you mean "name"?',
      'triggers[0].counters[0].threshold': 'got "4", expected a comparison and a number, such as "> 4"',
    })
    expect(await desk.store.counters.count()).toBe(0)
  })

  test('references of an entry that is well formed are told beside the mistakes of others', async () => {
    const document = {
      version: 1,
      triggers: [{ name: 'grow', cluster: 'shpo', counters: ['load1'], timing: 5, actions: [{ action: 'x' }] }],
    }
    expect(Object.keys(await findings(document))).toEqual([
      'triggers[0].cluster',
      'triggers[0].counters[0]',
      'triggers[0].actions[0].action',
    ])
  })

  test('a document that is none', async () => {
    expect(await findings(null)).toEqual({ '': 'got null, expected an object' })
    expect(await findings({ version: 2, countrs: [], counters: {} })).toEqual({
      version: "got 2, expected 1, the version of the file's form",
      countrs: 'is not a known field. Did you mean "counters"?',
      counters: 'got an object, expected a list',
    })
  })

  test('secrets that are kept but not here are listed, all of them, before anything is changed', async () => {
    await apply(shop)
    const exported = await exportDocument(desk)
    await desk.close()
    desk = await openTestDesk()
    expect(await findings(exported)).toEqual({
      'sshProfiles[0].privateKey': 'is kept from a secret that is not here. Give it as { value: "…" }.',
      'actions[0].secrets.TOKEN': 'is kept from a secret that is not here. Give it as { value: "…" }.',
    })
  })
})

test('an export is what was applied, without defaults, and applies to nothing', async () => {
  await apply(shop)
  const exported = await exportDocument(desk)
  expect(exported).toMatchObject({
    version: 1,
    sshProfiles: [{ name: 'ops', user: 'ops', privateKey: { kept: expect.any(String) }, jump: ['bastion@gw1'] }],
    clusters: [
      { name: 'shop', max: 8, counters: ['load1', 'heap'], nodes: [{ name: 'shop01', hostname: '10.0.0.11' }] },
    ],
    triggers: [
      { name: 'grow', cluster: 'shop', counters: ['load1', { counter: 'heap', threshold: '> 800000000' }], timing: 5 },
    ],
  })
  expect(exported.counters?.[0]).toEqual({ name: 'heap', jmx: shop.counters[1]!.jmx, unit: 'bytes' })
  expect(JSON.stringify(exported)).not.toMatch(/PRIVATE-KEY|APP-TOKEN/)
  expect(await apply(exported, true)).toEqual({ changes: [], unchanged: 8, leftAlone: [] })
})

test('what a fresh installation watches can be applied, and again', async () => {
  const document = firstFleet('db01.example.org')
  expect((await apply(document)).changes).toHaveLength(8)
  expect((await apply(document)).changes).toEqual([])
  expect(await exportDocument(desk)).toEqual({
    ...document,
    counters: expect.any(Array),
    triggers: [expect.objectContaining({ name: 'busy', timing: 5 })],
  })
})
