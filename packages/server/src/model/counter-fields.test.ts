import { expect, test } from 'vitest'
import { counterTrouble } from './counter-fields.ts'

test.each([
  { name: 'a script', source: 'ssh', fields: { script: 'echo 1' } },
  { name: 'a ready-made script', source: 'ssh', fields: { readyMade: 'load1' } },
  { name: 'an attribute', source: 'jmx', fields: { mbean: 'a:b=c', attribute: 'X' } },
  {
    name: 'an attribute over a pattern',
    source: 'jmx',
    fields: { mbean: 'a:*', attribute: 'X', key: 'y', over: 'max' },
  },
  { name: 'how many MBeans a pattern matches', source: 'jmx', fields: { mbean: 'a:*', over: 'count' } },
  { name: 'a ready-made counter of JVMs', source: 'jmx', fields: { readyMade: 'heap-used' } },
] as const)('$name is well', ({ source, fields }) => {
  expect(counterTrouble(source, fields)).toEqual([])
})

test.each([
  {
    name: 'no script',
    source: 'ssh',
    fields: {},
    field: 'script',
    message: 'is missing, expected one of script and readyMade',
  },
  {
    name: 'a script beside a ready-made one',
    source: 'ssh',
    fields: { script: 'x', readyMade: 'load1' },
    field: 'script',
    message: 'stands beside readyMade, expected one of script and readyMade',
  },
  {
    name: 'no MBean',
    source: 'jmx',
    fields: {},
    field: 'mbean',
    message: 'is missing, expected one of mbean and readyMade',
  },
  {
    name: 'no ObjectName',
    source: 'jmx',
    fields: { mbean: 'Memory', attribute: 'X' },
    field: 'mbean',
    message: 'got "Memory", expected an ObjectName such as java.lang:type=Memory',
  },
  {
    name: 'a pattern that is not told how to become one number',
    source: 'jmx',
    fields: { mbean: 'a:*', attribute: 'X' },
    field: 'over',
    message: 'is missing, expected sum, avg, max, min or count, as the MBean is a pattern',
  },
  {
    name: 'no attribute',
    source: 'jmx',
    fields: { mbean: 'a:b=c' },
    field: 'attribute',
    message: 'is missing, expected the name of an attribute',
  },
  {
    name: 'a key of nothing',
    source: 'jmx',
    fields: { mbean: 'a:*', over: 'count', key: 'used' },
    field: 'attribute',
    message: 'is missing, expected the name of an attribute',
  },
] as const)('$name is told', ({ source, fields, field, message }) => {
  expect(counterTrouble(source, fields)).toEqual([{ field, message }])
})
