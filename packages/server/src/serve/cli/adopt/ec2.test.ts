import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isName } from '../../../model/name.ts'
import type { Document } from '../../../wire/document.ts'
import type { Instance } from '../../../wire/instances.ts'
import { hostsOfInstances } from './ec2.ts'

const installationTag = { key: 'tscaler:installation', value: 'abc' }
const none: Document = { version: 1 }

function instance(some: Partial<Instance> & { id: string }): Instance {
  const { name = 'web1' } = some
  const tags: Record<string, string> = name === null ? {} : { Name: name }
  return { host: '10.0.0.1', name, tags, state: 'running', type: 't3.micro', node: null, isOurs: false, ...some }
}

function adopt(items: Instance[], present = none) {
  return hostsOfInstances({ items, installationTag }, { ec2Profile: 'web', present })
}

test('a machine becomes a host with its id, its profile, and the cluster of its tag', () => {
  const { hosts } = adopt([instance({ id: 'i-1', tags: { Name: 'web1', Cluster: 'shop' } })])
  expect(hosts).toMatchObject([
    { name: 'web1', hostname: '10.0.0.1', cluster: 'shop', line: 1, instance: { id: 'i-1', ec2Profile: 'web' } },
  ])
})

const idA = 'i-0aaaaaaaaaaaaaaaa'
const idB = 'i-0bbbbbbbbbbbbbbbb'
const node = { name: 'web1', hostname: '10.0.0.1' }
const withNode = (some: object): Document => ({
  version: 1,
  clusters: [{ name: 'shop', nodes: [{ ...node, ...some }] }],
})

describe('names', () => {
  test.each([
    { name: 'the tag Name', items: [{ id: idA }], expected: ['web1'] },
    {
      name: 'what no name may hold becomes a hyphen',
      items: [{ id: idA, name: 'web 1/blue' }],
      expected: ['web-1-blue'],
    },
    { name: 'one that begins with a digit', items: [{ id: idA, name: '1web' }], expected: ['node-1web'] },
    { name: 'nothing but other letters', items: [{ id: idA, name: '日本' }], expected: [idA] },
    { name: 'no tag Name', items: [{ id: idA, name: null }], expected: [idA] },
    {
      name: 'two of the same name',
      items: [{ id: idA }, { id: idB }],
      expected: ['web1-aaaaaaaa', 'web1-bbbbbbbb'],
    },
    {
      name: 'a node of that name that is another machine',
      items: [{ id: idA }],
      present: withNode({ hostname: '10.9.9.9' }),
      expected: ['web1-aaaaaaaa'],
    },
    {
      name: 'a node of that name that has another instance',
      items: [{ id: idA }],
      present: withNode({ instanceId: idB }),
      expected: ['web1-aaaaaaaa'],
    },
    {
      name: 'a node of that name and address is the machine itself',
      items: [{ id: idA }],
      present: withNode({ instanceId: null }),
      expected: ['web1'],
    },
  ])('$name', ({ items, present, expected }) => {
    expect(adopt(items.map(instance), present).hosts.map(({ name }) => name)).toEqual(expected)
  })

  test('whatever the tags are, names are names, and no two are the same', () => {
    const id = fc.stringMatching(/^i-0[0-9a-f]{16}$/)
    const items = fc.uniqueArray(fc.record({ id, name: fc.option(fc.string({ unit: 'grapheme', maxLength: 90 })) }), {
      selector: (one) => one.id.slice(-8),
      maxLength: 8,
    })
    fc.assert(
      fc.property(items, (some) => {
        const names = adopt(some.map(instance)).hosts.map(({ name }) => name)
        expect(names.filter((name) => !isName(name))).toEqual([])
        expect(new Set(names).size).toBe(names.length)
      }),
    )
  })
})

test('what does not run, has no address, or is a node already, is left out and said', () => {
  const { hosts, notes } = adopt([
    instance({ id: 'i-1', state: 'stopped' }),
    instance({ id: 'i-2', name: null, host: null }),
    instance({ id: 'i-3', node: { id: 7, name: 'web7' } }),
  ])
  expect(hosts).toEqual([])
  expect(notes).toEqual([
    'Nodes already, and left as they are: web7 (i-3).',
    'web1 (i-1) is stopped: left out.',
    'i-2 is without an address: left out.',
  ])
})

test('those that tscaler could not remove later are named; ten of them', () => {
  const ours = instance({ id: 'i-1', name: 'ours', isOurs: true })
  const others = Array.from({ length: 12 }, (_, index) => instance({ id: `i-x${index}`, name: `other${index}` }))
  expect(adopt([ours]).notes).toEqual([])
  expect(adopt([ours, ...others]).notes).toEqual([
    "tscaler could not remove later: other0, other1, other2, other3, other4, other5, other6, other7, other8, other9 and 2 more. It removes only machines with the tags tscaler:installation=abc and Name=<the node's name>; tag them so where it may.",
  ])
})

test('one of ours whose tag Name is not the name of its node could not be removed either', () => {
  const { hosts, notes } = adopt([instance({ id: idA, name: 'web 1', isOurs: true })])
  expect(hosts.map(({ name }) => name)).toEqual(['web-1'])
  expect(notes).toEqual([expect.stringContaining('could not remove later: web-1.')])
})
