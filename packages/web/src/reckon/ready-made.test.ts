import { expect, test } from 'vitest'
import type * as resources from '../../../server/src/wire/resources.ts'
import type { Kinds } from '../../../server/src/wire/watching.ts'
import { freeName, readyMadeGroups } from './ready-made.ts'

const about = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { help: `${name}.`, unit: '%' }]))
const kinds: Kinds = {
  sources: {
    ssh: { fields: { readyMade: { kind: 'text', about: about('load1') } } },
    jmx: { fields: { readyMade: { kind: 'text', about: about('heap-share', 'tomcat-sessions') }, mbean: {} } },
  },
  actions: {},
}
const counter: resources.Counter = {
  id: 1,
  version: 1,
  createdAt: '',
  updatedAt: '',
  name: 'heap',
  jmx: { readyMade: 'heap-share' },
  threshold: null,
  period: '10s',
  unit: '%',
  shared: false,
}

test('ready-made counters are grouped by what they measure, with those that there are already', () => {
  const groups = readyMadeGroups(kinds, [counter], ['jmx', 'ssh'])
  expect(groups.map(({ title, counters }) => [title, counters.map(({ name }) => name)])).toEqual([
    ['JVMs, over JMX', ['heap-share']],
    ['Tomcat, over JMX', ['tomcat-sessions']],
    ['Machines, over SSH', ['load1']],
  ])
  expect(groups[0]?.counters[0]).toEqual({ source: 'jmx', name: 'heap-share', help: 'heap-share.', unit: '%', counter })
  expect(groups[1]?.counters[0]?.counter).toBeNull()
})

test('a server that says nothing of them has none', () => {
  expect(readyMadeGroups({ sources: { ssh: { fields: {} } }, actions: {} }, [], ['ssh', 'jmx'])).toEqual([])
})

test('a name that another counter has gets a number', () => {
  expect(freeName('threads', new Set())).toBe('threads')
  expect(freeName('threads', new Set(['threads', 'threads-2']))).toBe('threads-3')
})
