import { describe, expect, test } from 'vitest'
import type * as resources from '../../../server/src/wire/resources.ts'
import type * as runs from '../../../server/src/wire/runs.ts'
import { fleetsOf, fleetText, isEndable, runOn, urgencyOf } from './provision.ts'

const stored = { version: 1, createdAt: '', updatedAt: '' }
const cluster = (id: number, name: string): resources.Cluster => ({
  ...stored,
  id,
  name,
  min: 0,
  max: 4,
  cooldown: '5m',
  warmUp: '0s',
  counters: [],
  pausedUntil: null,
  size: 0,
})
const [shop, batch] = [cluster(1, 'shop'), cluster(2, 'batch')]
const node = (id: number, state: resources.Node['state'], given: Partial<resources.Node> = {}): resources.Node => ({
  ...stored,
  id,
  name: `shop0${id}`,
  cluster: { id: 1, name: 'shop' },
  local: false,
  hostname: '10.0.0.1',
  port: 22,
  hostKey: null,
  offeredHostKey: null,
  sshProfile: null,
  jvmProfiles: [],
  ec2Profile: { id: 1, name: 'web' },
  instanceId: `i-${id}`,
  protected: false,
  site: null,
  labels: {},
  state,
  connection: { state: 'idle', failure: null, retryAt: null },
  ...given,
})
const action = (id: number, name: string, own: Partial<resources.Action>): resources.Action => ({
  ...stored,
  id,
  name,
  timeout: '15m',
  retries: 0,
  retryDelay: '30s',
  secrets: {},
  ...own,
})
const actions = [
  action(1, 'new-web', { deployEc2Node: { ec2Profile: { id: 1, name: 'web' } } }),
  action(2, 'new-rack', { deployCommand: { command: ['rack'] } }),
  action(3, 'drop', { removeEc2Node: {} }),
  action(4, 'base', { localScript: { script: 'true' } }),
]
const trigger = (name: string, used: number[]): resources.Trigger => ({
  ...stored,
  id: 1,
  name,
  cluster: { id: 1, name: 'shop' },
  state: 'on',
  counters: [],
  aggregate: null,
  timing: 5,
  missing: 'hold',
  actions: used.map((id) => ({
    action: { id, name: actions[id - 1]?.name ?? '' },
    target: 'cluster',
    onFailure: 'stop',
  })),
  pausedUntil: null,
})

describe('fleets', () => {
  const nodes = [
    node(1, 'in-service'),
    node(2, 'launching', { instanceId: null }),
    node(3, 'draining'),
    node(4, 'out-of-service'),
    node(5, 'in-service', { cluster: null }),
  ]
  const [ofBatch, ofShop] = fleetsOf({
    clusters: [shop, batch],
    nodes,
    triggers: [trigger('grow', [1, 4]), trigger('tell', [4])],
    actions,
  })

  test('come by name, each with its own nodes and profiles', () => {
    expect([ofBatch?.cluster.name, ofShop?.cluster.name]).toEqual(['batch', 'shop'])
    expect(ofShop).toMatchObject({ inService: 1, underWay: 2, outOfService: 1, machines: 3, profiles: ['web'] })
    expect(ofBatch).toMatchObject({ inService: 0, underWay: 0, machines: 0, profiles: [] })
  })

  test('offer the cluster’s own triggers and their actions, not those of others', () => {
    expect(ofShop?.grow).toEqual([
      { kind: 'trigger', name: 'grow', steps: ['new-web', 'base'] },
      { kind: 'action', name: 'new-web', steps: ['new-web'] },
    ])
  })

  test('offer every fitting action where no trigger of the cluster has one', () => {
    expect(ofBatch?.grow.map(({ name }) => name)).toEqual(['new-web', 'new-rack'])
    expect(ofShop?.shrink.map(({ name }) => name)).toEqual(['drop'])
  })

  test.each([
    { inService: 3, underWay: 1, outOfService: 0, text: '3 in service, 1 under way' },
    { inService: 0, underWay: 0, outOfService: 2, text: '2 out of service' },
    { inService: 0, underWay: 0, outOfService: 0, text: 'none' },
  ])('read $text', ({ text, ...counts }) => {
    expect(fleetText(counts)).toBe(text)
  })
})

describe('what works on a node', () => {
  const step = (n: number, given: Partial<runs.Step>): runs.Step => ({
    n,
    action: { id: n, name: `step${n}` },
    type: 'localScript',
    target: 'last-node',
    onFailure: 'stop',
    state: 'planned',
    startedAt: null,
    endedAt: null,
    tasks: [],
    ...given,
  })
  const task: runs.Task = {
    id: 1,
    node: { id: 2, name: 'shop02' },
    state: 'succeeded',
    attempts: 1,
    startedAt: null,
    endedAt: null,
    error: null,
  }
  const run = (state: runs.Run['state'], next: Partial<runs.Step>): runs.Run => ({
    id: 7,
    trigger: null,
    cluster: null,
    state,
    cause: { kind: 'person', text: '' },
    planHash: '',
    note: null,
    createdAt: '',
    startedAt: null,
    endedAt: null,
    steps: [step(1, { type: 'deployEc2Node', state: 'succeeded', tasks: [task] }), step(2, next)],
  })

  test.each([
    { name: 'the step that runs', run: run('running', { state: 'running' }), at: 'step 2 of 2: step2' },
    {
      name: 'the ready check by its name',
      run: run('running', { state: 'running', type: 'nodeReady' }),
      at: 'step 2 of 2: step2: ready check',
    },
    {
      name: 'a step that waits',
      run: run('waiting', { state: 'waiting', type: 'pause' }),
      at: 'step 2 of 2: step2, which waits',
    },
    { name: 'the next between two steps', run: run('running', { state: 'planned' }), at: 'step 2 of 2: step2' },
    { name: 'the end', run: run('running', { state: 'succeeded' }), at: 'about to end' },
    { name: 'an undo', run: run('compensating', { state: 'failed' }), at: 'taking it back' },
  ])('is $name', ({ run: one, at }) => {
    expect(runOn({ id: 2 }, [one])).toEqual({ run: one, at })
  })

  test('is nothing where no run names it', () => {
    expect(runOn({ id: 3 }, [run('running', {})])).toBeUndefined()
  })
})

describe('machines in the cloud', () => {
  test('that run for nobody come first', () => {
    const kinds = ['node', 'launching', 'orphan', 'not-ended'] as const
    const sorted = kinds.map((kind) => ({ kind })).sort((a, b) => urgencyOf(a) - urgencyOf(b))
    expect(sorted.map(({ kind }) => kind)).toEqual(['orphan', 'not-ended', 'launching', 'node'])
  })

  test.each([
    { name: 'an orphan', kind: 'orphan', node: null, endable: true },
    { name: 'one that was not ended and whose node is gone', kind: 'not-ended', node: null, endable: true },
    {
      name: 'not one whose node is still there',
      kind: 'not-ended',
      node: { id: 1, name: 'shop01' },
      endable: false,
    },
    { name: 'not one on its way', kind: 'launching', node: null, endable: false },
    { name: 'not a node’s', kind: 'node', node: { id: 1, name: 'shop01' }, endable: false },
  ] as const)('that a person may end: $name', ({ kind, node: its, endable }) => {
    expect(isEndable({ kind, node: its })).toBe(endable)
  })
})
