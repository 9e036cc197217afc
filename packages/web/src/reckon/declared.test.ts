import { expect, test } from 'vitest'
import { fieldsLeft, gistOf, kindIds, kindName, labelOf, typeOf } from './declared.ts'

test.each([
  { name: 'stopAfterFailures', label: 'Stop after failures' },
  { name: 'mbean', label: 'MBean' },
  { name: 'readyMade', label: 'Ready-made' },
])('$name is labelled $label', ({ name, label }) => {
  expect(labelOf(name)).toBe(label)
})

test.each([
  { name: 'all while none is given', values: {}, left: ['mbean', 'key', 'rate', 'readyMade'] },
  { name: 'an MBean leaves no ready-made one', values: { mbean: 'd:a=b', key: '' }, left: ['mbean', 'key', 'rate'] },
  { name: 'a ready-made one leaves nothing else', values: { readyMade: 'heap', rate: false }, left: ['readyMade'] },
  {
    name: 'both where both are given, so that one can be taken out',
    values: { mbean: 'd:a=b', readyMade: 'heap' },
    left: ['mbean', 'readyMade'],
  },
])('fields that are left: $name', ({ values, left }) => {
  const fields = ['mbean', 'key', 'rate', 'readyMade'].map((name) => [name, {}] as const)
  expect(fieldsLeft(fields, values).map(([name]) => name)).toEqual(left)
})

test.each([
  { name: 'the first line of a script', fields: { sudo: true, script: 'echo a\necho b' }, gist: 'echo a' },
  { name: 'the words of a command', fields: { command: ['rack', 'up'], count: 1 }, gist: 'rack up' },
  { name: 'the thing that is named', fields: { count: 1, ec2Profile: { id: 1, name: 'web' } }, gist: 'web' },
  { name: 'nothing where there is no word', fields: { count: 1 }, gist: '' },
])('what an action is about: $name', ({ fields, gist }) => {
  expect(gistOf(fields)).toBe(gist)
})

test('every kind has a name of its own, and is found in an action', () => {
  for (const id of kindIds) expect([kindName(id), typeOf({ name: 'it', [id]: {} })]).not.toContain(labelOf(id))
  expect(typeOf({ name: 'it', waitUntil: {} })).toBe('waitUntil')
  expect(typeOf({ name: 'it' })).toBe('')
})
