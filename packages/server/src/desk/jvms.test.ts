import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TscalerError } from '../model/problem.ts'
import { findingsOf } from '../wire/findings.ts'
import * as wire from '../wire/jvms.ts'
import { Series } from '../wire/watching.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import { applyDocument } from './document.ts'
import { exportDocument } from './export.ts'
import { exploreJvm, listJvms } from './jvms.ts'
import { jvmProfiles, nodes } from './kinds/all.ts'
import { changeOne, createOne, removeOne } from './resources.ts'
import { listSeries } from './series.ts'
import { triggerState } from './trigger-state.ts'

const document = {
  version: 1,
  jvmProfiles: [
    { name: 'app', port: 9010 },
    { name: 'admin', port: 9011, via: 'ssh' },
  ],
  counters: [
    { name: 'load1', ssh: { script: 'echo 1' } },
    {
      name: 'heap',
      jmx: { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'used' },
      threshold: '> 4',
    },
  ],
  clusters: [
    {
      name: 'shop',
      counters: ['heap', 'load1'],
      nodes: [
        { name: 'shop01', jvmProfiles: ['app', 'admin'] },
        { name: 'shop02', jvmProfiles: ['app'] },
        { name: 'shop03' },
      ],
    },
  ],
}

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
  await applyDocument(desk, admin, { document })
})
afterEach(() => desk.close())

const pairs = async () =>
  (await desk.store.jvms.list()).map(({ id, nodeId, jvmProfileId }) => [id, nodeId, jvmProfileId])

describe('the JVMs of nodes', () => {
  test('are the pairs of a node and its profiles, made with the node', async () => {
    expect(await pairs()).toEqual([
      [1, 1, 1],
      [2, 1, 2],
      [3, 2, 1],
    ])
    await createOne(desk, admin, nodes, { name: 'other', jvmProfiles: ['admin'] })
    expect((await pairs()).at(-1)).toEqual([4, 4, 2])
  })

  test('keep their ids while their profile stays, and never give one again', async () => {
    await changeOne(desk, admin, nodes, { of: 'shop01', given: { jvmProfiles: ['admin'] } })
    expect(await pairs()).toEqual([
      [2, 1, 2],
      [3, 2, 1],
    ])
    await changeOne(desk, admin, nodes, { of: 'shop01', given: { jvmProfiles: ['app', 'admin'] } })
    expect(await pairs()).toEqual([
      [2, 1, 2],
      [3, 2, 1],
      [4, 1, 1],
    ])
  })

  test('go with what an applied document takes away', async () => {
    const [shop] = document.clusters
    const nodesNow = [{ name: 'shop01', jvmProfiles: ['app'] }]
    await applyDocument(desk, admin, {
      document: { ...document, clusters: [{ ...shop, nodes: nodesNow }] },
      prune: true,
    })
    expect(await pairs()).toEqual([[1, 1, 1]])
  })

  test('go with their node, and what people were told of them is settled', async () => {
    const told = {
      text: 'x',
      state: 'open',
      openedAt: 1,
      lastAt: 1,
      repeats: 1,
      ackBy: null,
      resolvedAt: null,
      mailedAt: null,
    } as const
    const { id } = await desk.store.alerts.insert({ ...told, kind: 'jvm-unreachable', subject: 'jvm:1' })
    const other = await desk.store.alerts.insert({ ...told, kind: 'jvm-unreachable', subject: 'jvm:3' })
    await removeOne(desk, admin, nodes, { of: 'shop01' })
    expect(await pairs()).toEqual([[3, 2, 1]])
    expect(await desk.store.alerts.get(id)).toMatchObject({ state: 'resolved' })
    expect(await desk.store.alerts.get(other.id)).toMatchObject({ state: 'open' })
  })

  test('are settled one by one when their profile is taken away', async () => {
    const told = {
      text: 'x',
      state: 'open',
      openedAt: 1,
      lastAt: 1,
      repeats: 1,
      ackBy: null,
      resolvedAt: null,
      mailedAt: null,
    } as const
    const { id } = await desk.store.alerts.insert({ ...told, kind: 'jvm-auth', subject: 'jvm:2' })
    await changeOne(desk, admin, nodes, { of: 'shop01', given: { jvmProfiles: ['app'] } })
    expect(await desk.store.alerts.get(id)).toMatchObject({ state: 'resolved' })
  })

  test('are listed with how they stand', async () => {
    const failure = { kind: 'auth', text: 'no', at: 0 } as const
    desk.machines.jvmStatusOf = (id) =>
      id === 2 ? { state: 'backing-off', failure, retryAt: 1_000, openedAt: null } : undefined
    const { items } = await listJvms(desk, 'shop01')
    expect(items.map(({ id, profile, via, connection }) => [id, profile.name, via, connection.state])).toEqual([
      [1, 'app', 'direct', 'idle'],
      [2, 'admin', 'ssh', 'backing-off'],
    ])
    for (const item of items) expect(findingsOf(wire.Jvm, item)).toEqual([])
    expect(await listJvms(desk, 'shop03')).toEqual({ items: [] })
  })
})

describe('a JVM profile', () => {
  test('takes a client certificate with its key, and shows the key to nobody', async () => {
    const tls = { ca: 'CA', cert: 'CERT', key: { value: 'the key' } }
    const row = await createOne(desk, admin, jvmProfiles, { name: 'mutual', port: 9012, tls })
    expect(row).toMatchObject({ tls: true, tlsCa: 'CA', tlsCert: 'CERT' })
    expect(desk.secrets.open(row.tlsKey ?? ('' as never))).toBe('the key')
    const body = jvmProfiles.bodyOf(row, { ref: () => '', secret: () => ({ kept: 'digest' }), fields: desk.fields })
    expect(body.tls).toEqual({ ca: 'CA', cert: 'CERT', key: { kept: 'digest' } })
  })

  test('keeps its certificate and key where a change says nothing of them, and where an export is applied', async () => {
    const tls = { ca: 'CA', cert: 'CERT', key: { value: 'the key' } }
    const made = await createOne(desk, admin, jvmProfiles, { name: 'mutual', port: 9012, tls })
    const kept = { tlsCert: 'CERT', tlsKey: made.tlsKey }
    const moved = await changeOne(desk, admin, jvmProfiles, { of: 'mutual', given: { port: 9013 } })
    expect(moved).toMatchObject({ port: 9013, ...kept })
    const { changes } = await applyDocument(desk, admin, { document: await exportDocument(desk) })
    expect(changes).toEqual([])
    expect(await desk.store.jvmProfiles.get(made.id)).toMatchObject(kept)
  })

  test.each([{ cert: 'CERT' }, { key: { value: 'the key' } }])(
    'with half a certificate is refused: %j',
    async (tls) => {
      const making = createOne(desk, admin, jvmProfiles, { name: 'half', port: 9012, tls })
      await expect(making).rejects.toMatchObject({
        findings: [{ path: 'tls', message: 'has one of cert and key, expected both or neither' }],
      })
    },
  )
})

describe('series', () => {
  const ids = async (query: object) => (await listSeries(desk, query)).items.map(({ id }) => id)

  test('of a counter of JVMs are one for each JVM of a node', async () => {
    const { items } = await listSeries(desk, {})
    expect(items.map(({ id, jvm }) => [id, jvm?.name ?? null])).toEqual([
      ['1.1', null],
      ['2.1.1', 'app'],
      ['2.1.2', 'admin'],
      ['1.2', null],
      ['2.2.3', 'app'],
      ['1.3', null],
    ])
    for (const item of items) expect(findingsOf(Series, item)).toEqual([])
  })

  test('are narrowed by source, by the name of a JVM profile and by the id of one JVM', async () => {
    expect(await ids({ source: 'jmx' })).toEqual(['2.1.1', '2.1.2', '2.2.3'])
    expect(await ids({ jvm: 'app' })).toEqual(['2.1.1', '2.2.3'])
    expect(await ids({ jvm: '2' })).toEqual(['2.1.2'])
    expect(await ids({ jvm: 'app', node: 'shop02', counter: 'heap' })).toEqual(['2.2.3'])
    await expect(ids({ jvm: 'nope' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(ids({ jvm: '99' })).rejects.toMatchObject({ code: 'not-found' })
  })

  test('are paged between the JVMs of one node', async () => {
    const found: string[] = []
    let cursor: string | undefined
    do {
      const { items, next } = await listSeries(desk, { limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      found.push(...items.map(({ id }) => id))
      cursor = next ?? undefined
    } while (cursor !== undefined)
    expect(found).toEqual(await ids({}))
  })

  test('of a trigger name their JVM', async () => {
    const actions = [{ name: 'app', localScript: { script: 'echo' } }]
    const triggers = [{ name: 'grow', cluster: 'shop', counters: ['heap'], timing: 5, actions: [{ action: 'app' }] }]
    await applyDocument(desk, admin, { document: { version: 1, actions, triggers } })
    const of = { counterId: 2, nodeId: 1, hits: 1, hitsNeeded: 5, breachSinceAt: 1_000 }
    desk.judge.stateOf = async () => [{ ...of, series: '2.1.2' }]
    const { series } = await triggerState(desk, 'grow')
    expect(series[0]).toMatchObject({ id: '2.1.2', jvm: { id: 2, name: 'admin' }, node: { name: 'shop01' } })
  })
})

describe('the MBean explorer', () => {
  test('shows the names that match, by domain', async () => {
    const asked: unknown[] = []
    desk.machines.mbeanNames = async (...given) => {
      asked.push(given)
      return ['java.lang:type=Memory', 'java.lang:type=Runtime', 'Catalina:type=Server']
    }
    const answer = await exploreJvm(desk, { node: 'shop01', profile: 'admin' })
    expect(asked).toEqual([[2, '*:*']])
    expect(answer).toMatchObject({ jvm: { id: 2, name: 'admin' }, leftOut: 0, mbean: null })
    expect(answer.domains).toEqual([
      { name: 'Catalina', mbeans: ['Catalina:type=Server'] },
      { name: 'java.lang', mbeans: ['java.lang:type=Memory', 'java.lang:type=Runtime'] },
    ])
    expect(findingsOf(wire.MBeans, answer)).toEqual([])
  })

  test('leaves names out where they are too many, and says how many', async () => {
    desk.machines.mbeanNames = async () => Array.from({ length: 5_003 }, (_, index) => `a:n=${index}`)
    const answer = await exploreJvm(desk, { node: 'shop01', profile: 'app', pattern: 'a:*' })
    expect([answer.leftOut, answer.domains[0]?.mbeans.length]).toEqual([3, 5_000])
  })

  test('shows one MBean by its whole name', async () => {
    const failure = { failure: 'not-a-number', text: 'threw' } as const
    const plain = { type: 'long', description: '', readable: true, writable: false }
    desk.machines.mbean = async (_, name) => ({
      name,
      className: 'C',
      description: 'd',
      attributes: [
        { ...plain, name: 'X', value: { used: 1 } },
        { ...plain, name: 'Y', failure },
      ],
    })
    const answer = await exploreJvm(desk, { node: '1', profile: '1', pattern: 'a:b="\\*"' })
    expect(answer.mbean?.attributes).toEqual([
      { ...plain, name: 'X', value: { used: 1 } },
      { ...plain, name: 'Y', failure: { kind: 'not-a-number', text: 'threw' } },
    ])
    expect(findingsOf(wire.MBeans, answer)).toEqual([])
  })

  test.each([
    { name: 'a pattern that is none', given: { node: 'shop01', profile: 'app', pattern: 'Memory' }, code: 'bad-input' },
    { name: 'a profile that the node has not', given: { node: 'shop02', profile: 'admin' }, code: 'not-found' },
    { name: 'no such profile', given: { node: 'shop02', profile: 'nope' }, code: 'not-found' },
  ])('refuses $name', async ({ given, code }) => {
    await expect(exploreJvm(desk, given)).rejects.toThrow(TscalerError)
    await expect(exploreJvm(desk, given)).rejects.toMatchObject({ code })
  })
})
