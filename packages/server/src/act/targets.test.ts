import { expect, test } from 'vitest'
import type { FleetNode } from './fleet-node.ts'
import { type Aim, bindTargets, type Scene, tolerated } from './targets.ts'

function node(id: number, some: Partial<FleetNode> = {}): FleetNode {
  return {
    id,
    name: `shop${String(id).padStart(2, '0')}`,
    hostname: `10.0.0.${id}`,
    local: false,
    state: 'in-service',
    inServiceAt: id * 1_000,
    offeredHostKey: null,
    instanceId: null,
    ec2ProfileId: null,
    protected: false,
    ...some,
  }
}

function scene(some: Partial<Scene> = {}): Scene {
  return {
    clusterName: 'shop',
    nodes: [node(1), node(2), node(3)],
    chosen: null,
    breaching: undefined,
    own: [],
    leaving: [],
    deploysLater: false,
    unreached: () => undefined,
    ...some,
  }
}

const plain: Aim = { target: 'cluster', per: 'each', count: 1, choose: undefined }

const ids = (some: Partial<Scene>, target: Aim['target'], per: Aim['per'] = 'each') => {
  const binding = bindTargets({ ...plain, target, per }, scene(some))
  return binding.kind === 'bound' ? binding.targets.map((one) => one?.id ?? null) : binding
}

test.each([
  { name: 'a cluster is all its nodes in service', some: {}, target: 'cluster', expected: [1, 2, 3] },
  { name: 'none is one task without a node', some: {}, target: 'none', expected: [null] },
  { name: 'the node in breach', some: { breaching: node(2) }, target: 'node', expected: [2] },
  {
    name: 'the newest in service is the last',
    some: { nodes: [node(1, { inServiceAt: 9_999 }), node(2)] },
    target: 'last-node',
    expected: [1],
  },
  {
    name: 'of two that came at once the one made later',
    some: { nodes: [node(1, { inServiceAt: 5 }), node(2, { inServiceAt: 5 })] },
    target: 'last-node',
    expected: [2],
  },
  {
    name: 'the last node is never one that drains',
    some: { nodes: [node(1), node(2, { state: 'draining' })] },
    target: 'last-node',
    expected: [1],
  },
  {
    name: 'the last node is what the run deployed',
    some: { own: [node(9, { state: 'configuring' })] },
    target: 'last-node',
    expected: [9],
  },
  {
    name: 'what the run will deploy is bound later',
    some: { deploysLater: true },
    target: 'last-node',
    expected: { kind: 'later' },
  },
  { name: 'chosen nodes replace the cluster', some: { chosen: [node(3)] }, target: 'cluster', expected: [3] },
  {
    name: 'chosen nodes replace the node in breach',
    some: { chosen: [node(3)], breaching: node(1) },
    target: 'node',
    expected: [3],
  },
  { name: 'chosen nodes replace the newest', some: { chosen: [node(1)] }, target: 'last-node', expected: [1] },
  {
    name: 'chosen nodes do not replace a deployed one',
    some: { chosen: [node(1)], own: [node(9)] },
    target: 'last-node',
    expected: [9],
  },
  {
    name: 'chosen nodes do not give a target to what has none',
    some: { chosen: [node(1)] },
    target: 'none',
    expected: [null],
  },
] as const)('$name', ({ some, target, expected }) => expect(ids(some, target)).toEqual(expected))

test('a kind that does its work once has one task, whatever its target', () => {
  expect(ids({}, 'cluster', 'once')).toEqual([null])
})

test('a cluster leaves out what drains, is being configured, has another host key or is out of reach, and lists it', () => {
  const nodes = [
    ...Array.from({ length: 36 }, (_, index) => node(index + 1)),
    node(37, { state: 'draining' }),
    node(38, { state: 'configuring' }),
    node(39, { offeredHostKey: 'ssh-ed25519 AAAA' }),
    node(40),
    node(41, { state: 'out-of-service' }),
  ]
  const unreached = (id: number) => (id === 40 ? 'is unreachable' : undefined)
  const binding = bindTargets({ ...plain, target: 'cluster' }, scene({ nodes, unreached }))
  expect(binding).toMatchObject({ kind: 'bound' })
  expect(binding.kind === 'bound' && binding.targets).toHaveLength(36)
  expect(binding.kind === 'bound' && binding.leftOut.map(({ node, reason }) => `${node.name} ${reason}`)).toEqual([
    'shop37 is draining',
    'shop38 is being configured',
    'shop39 shows another host key than the pinned one',
    'shop40 is unreachable',
    'shop41 is out of service',
  ])
})

test('a node that this run deployed is worked on while it is being configured', () => {
  const mine = node(4, { state: 'configuring' })
  expect(ids({ nodes: [node(1), mine], own: [mine] }, 'cluster')).toEqual([1, 4])
})

test('more left out than tolerated fails the step, and says who', () => {
  const nodes = [node(1), node(2), node(3, { state: 'draining' }), node(4, { state: 'configuring' })]
  const { kind, ...rest } = bindTargets({ ...plain, target: 'cluster' }, scene({ nodes }))
  expect(kind).toBe('failed')
  expect(rest).toMatchObject({
    message:
      '2 nodes of cluster "shop" would be left out, more than the 1 tolerated: shop03 is draining, shop04 is being configured.',
  })
})

test('nodes that a person took out of service are not counted', () => {
  const nodes = [node(1), node(2, { state: 'out-of-service' }), node(3, { state: 'out-of-service' })]
  expect(ids({ nodes }, 'cluster')).toEqual([1])
})

test.each([
  {
    name: 'an empty cluster',
    some: { nodes: [] },
    target: 'cluster',
    message: 'cluster "shop" has no node to work on.',
  },
  {
    name: 'no node in service',
    some: { nodes: [] },
    target: 'last-node',
    message: 'cluster "shop" has no node in service, so it has no last one.',
  },
  {
    name: 'no node in breach',
    some: {},
    target: 'node',
    message: 'there is no node in breach to work on: choose one, or aim at the cluster.',
  },
] as const)('$name is a failure, not a success without work', ({ some, target, message }) => {
  expect(bindTargets({ ...plain, target }, scene(some))).toMatchObject({ kind: 'failed', message })
})

test.each([
  { nodes: 1, expected: 1 },
  { nodes: 19, expected: 1 },
  { nodes: 20, expected: 2 },
  { nodes: 100, expected: 10 },
])('of $nodes nodes $expected may be left out', ({ nodes, expected }) => expect(tolerated(nodes)).toBe(expected))
