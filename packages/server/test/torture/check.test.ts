import { describe, expect, test } from 'vitest'
import { brokenAlways, brokenAtTheEnd, type Remains } from './check.ts'

/** One node in service, one that has come and gone; everything accounted for. */
const whole: Remains = {
  vms: [
    { id: 'i-1', name: 'shop01', token: 'a', isAlive: true },
    { id: 'i-2', name: 'shop02', token: 'b', isAlive: false },
  ],
  nodes: [{ id: 1, name: 'shop01', state: 'in-service', instanceId: 'i-1' }],
  launches: [
    { token: 'a', state: 'made', vmId: 'i-1', nodeId: 1, runId: 1, createdAt: 10 },
    { token: 'b', state: 'ended', vmId: 'i-2', nodeId: 2, runId: 2, createdAt: 20 },
    { token: 'c', state: 'refused', vmId: null, nodeId: 2, runId: 2, createdAt: 20 },
  ],
  asked: [
    { token: 'a', at: 10 },
    { token: 'a', at: 15 },
    { token: 'c', at: 21 },
    { token: 'b', at: 22 },
  ],
  runs: [
    { id: 1, state: 'succeeded', note: null },
    { id: 2, state: 'failed', note: 'why' },
  ],
  active: [],
  tasks: [
    { id: 1, runId: 1, n: 1, type: 'deployEc2Node', nodeName: 'shop01', state: 'succeeded', attempts: 1, error: null },
    { id: 2, runId: 1, n: 2, type: 'localScript', nodeName: 'shop01', state: 'succeeded', attempts: 2, error: null },
  ],
  ran: ['begin 1.2 shop01 1', 'begin 1.2 shop01 2', 'end 1.2 shop01 2'],
  again: new Set([1]),
  // The load balancer has not dropped the one that has ended yet.
  balancers: [{ name: 'lb', members: ['i-1', 'i-2'] }],
  seen: [{ id: 'i-1', kind: 'node' }],
}

const [node] = whole.nodes
const [task, script] = whole.tasks
const [launch] = whole.launches

const always: { name: string; some: Partial<Remains>; says: string }[] = [
  {
    name: 'a machine that is there twice',
    some: { vms: [...whole.vms, { id: 'i-3', name: 'shop01', token: 'd', isAlive: true }] },
    says: 'machines named shop01 are alive more than once',
  },
  {
    name: 'a token that made two machines, whether or not they live',
    some: { vms: [...whole.vms, { id: 'i-3', name: 'shop03', token: 'b', isAlive: false }] },
    says: 'token b made more than one machine',
  },
  {
    name: 'a token that nobody has written down',
    some: { asked: [...whole.asked, { token: 'x', at: 30 }] },
    says: 'the cloud was asked with token x, which the store has never had',
  },
  {
    name: 'a token that was written down after it was used',
    some: { asked: [{ token: 'a', at: 9 }] },
    says: 'the cloud was asked with token a before the store had it',
  },
  {
    name: 'an attempt of a script that ran twice',
    some: { ran: [...whole.ran, 'begin 1.2 shop01 2'] },
    says: 'a script wrote "begin 1.2 shop01 2" more than once',
  },
  {
    name: 'a script that was begun again unasked',
    some: { again: new Set() },
    says: 'the script of 1.2 shop01 was begun more than once, and nobody asked for it',
  },
  {
    name: 'an attempt that nobody has begun',
    some: { ran: [...whole.ran, 'begin 1.2 shop01 3'] },
    says: '"begin 1.2 shop01 3" was written by an attempt that was never begun',
  },
  {
    name: 'a script of no task',
    some: { ran: [...whole.ran, 'begin 7.2 shop01 1'] },
    says: '"begin 7.2 shop01 1" was written by no task that there is',
  },
  {
    name: 'a script that is said to be done, but is not',
    some: { ran: ['begin 1.2 shop01 1'] },
    says: 'the script of 1.2 shop01 succeeded, but never came to its end',
  },
]

const atTheEnd: typeof always = [
  ...always,
  {
    name: 'an orphan',
    some: {
      vms: [...whole.vms, { id: 'i-3', name: 'shop03', token: 'd', isAlive: true }],
      seen: [...whole.seen, { id: 'i-3', kind: 'node' }],
    },
    says: "i-3 is alive and no node's: an orphan",
  },
  {
    name: 'a machine that tscaler does not show',
    some: { seen: [{ id: 'i-1', kind: 'orphan' }] },
    says: "i-1 is alive, and tscaler does not show it as a node's",
  },
  {
    name: 'a node whose machine is lost',
    some: { vms: whole.vms.map((vm) => ({ ...vm, isAlive: false })), balancers: [{ name: 'lb', members: ['i-1'] }] },
    says: 'node shop01 (i-1) has no living machine',
  },
  {
    name: 'a node that is left on its way',
    some: { nodes: node ? [{ ...node, state: 'draining' }] : [], balancers: [] },
    says: 'node shop01 is left draining',
  },
  {
    name: 'a member that no node has',
    some: { nodes: [], launches: whole.launches.map((one) => ({ ...one, state: 'ended' })) },
    says: 'lb and the nodes in service differ by i-1',
  },
  {
    name: 'a node that is no member',
    some: { balancers: [{ name: 'lb', members: ['i-2'] }] },
    says: 'lb and the nodes in service differ by i-1',
  },
  {
    name: 'a run that goes on',
    some: { runs: [...whole.runs, { id: 3, state: 'waiting', note: null }] },
    says: 'run 3 is still waiting',
  },
  { name: 'a cluster that is held', some: { active: [2] }, says: 'run 2 still holds its cluster' },
  {
    name: 'a task that nobody knows of',
    some: { tasks: task && script ? [{ ...task, state: 'unknown' }, script] : [] },
    says: 'task 1 of run 1 is still unknown',
  },
  {
    name: 'a launch that nobody has settled',
    some: { launches: launch ? [...whole.launches, { ...launch, token: 'e', state: 'asked', vmId: null }] : [] },
    says: 'launch e (null) is still asked',
  },
]

describe('the check of an ordeal', () => {
  test('has nothing to say where all is accounted for', () => {
    expect(brokenAlways(whole)).toEqual([])
    expect(brokenAtTheEnd(whole)).toEqual([])
  })

  test('has nothing to say of a node that its load balancers did not take back, where people were told', () => {
    const error = 'cancelled while it ran. shop01 is in service again, but not in all of its load balancers; …'
    const told = {
      id: 3,
      runId: 2,
      n: 2,
      type: 'removeEc2Node',
      nodeName: 'shop01',
      state: 'cancelled',
      attempts: 1,
      error,
    }
    const apart = { ...whole, balancers: [{ name: 'lb', members: [] }] }
    expect(brokenAtTheEnd(apart)).toHaveLength(1)
    expect(brokenAtTheEnd({ ...apart, tasks: [...whole.tasks, told] })).toEqual([])
  })

  test.each(always)('sees at any time: $name', ({ some, says }) => {
    expect(brokenAlways({ ...whole, ...some })).toContain(says)
  })

  test.each(atTheEnd)('sees at the end: $name', ({ some, says }) => {
    expect(brokenAtTheEnd({ ...whole, ...some })).toContain(says)
  })
})
