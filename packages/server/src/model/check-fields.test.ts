import { expect, test } from 'vitest'
import { checkFields } from './check-fields.ts'
import { type Field, textBytesMax } from './fields.ts'

const fields: Record<string, Field> = {
  script: { kind: 'text', help: '', lines: 8 },
  mode: { kind: 'text', help: '', oneOf: ['stop', 'terminate'], default: 'terminate' },
  sudo: { kind: 'flag', help: '', default: false },
  parallel: { kind: 'number', help: '', min: 1, max: 100, integer: true, default: 10 },
  drain: { kind: 'duration', help: '', minMs: 0, maxMs: 3_600_000, defaultMs: 300_000 },
  to: { kind: 'list', help: '', minItems: 1, maxItems: 2, optional: true },
  title: { kind: 'template', help: '', optional: true },
  profile: { kind: 'reference', help: '', to: 'ec2-profiles', many: false, optional: true },
  jvms: { kind: 'reference', help: '', to: 'jvm-profiles', many: true, optional: true },
  modules: { kind: 'file', help: '', optional: true, bytesMax: 4 },
}
const defaults = { mode: 'terminate', sudo: false, parallel: 10, drain: 300_000 }

test('fills in defaults and leaves out what is optional', () => {
  expect(checkFields(fields, { script: 'true' }, 'localScript')).toEqual({
    values: { script: 'true', ...defaults },
    findings: [],
  })
})

test('a file as large as may be is good', () => {
  expect(checkFields(fields, { script: 'true', modules: 'AAAAAA==' }, 'x').findings).toEqual([])
})

test('reads durations as milliseconds, and again what it has read', () => {
  const { values } = checkFields(fields, { script: 'true', drain: '1m30s' }, 'x')
  expect(values.drain).toBe(90_000)
  expect(checkFields(fields, values, 'x')).toEqual({ values, findings: [] })
})

test.each<{ name: string; given: Record<string, unknown>; finding: unknown }>([
  { name: 'a missing field', given: {}, finding: { path: 'a.script', message: 'is missing' } },
  {
    name: 'an empty text',
    given: { script: '' },
    finding: { path: 'a.script', message: 'got "", expected a text that is not empty' },
  },
  {
    name: 'a file that is no base64',
    given: { script: 'x', modules: 'not base64!' },
    finding: { path: 'a.modules', message: 'got "not base64!", expected a file, as base64' },
  },
  {
    name: 'base64 that was cut off',
    given: { script: 'x', modules: 'AAA' },
    finding: { path: 'a.modules', message: 'got "AAA", expected a file, as base64' },
  },
  {
    name: 'a file that is too large by a byte',
    given: { script: 'x', modules: 'AAAAAAA=' },
    finding: { path: 'a.modules', message: 'has 5 bytes, may have 4' },
  },
  {
    name: 'a field that is not there',
    given: { script: 'x', parralel: 3 },
    finding: {
      path: 'a.parralel',
      message: 'is no field here; there are: script, mode, sudo, parallel, drain, to, title, profile, jvms, modules',
    },
  },
  {
    name: 'a name that every object has',
    given: { script: 'x', constructor: 1 },
    finding: { path: 'a.constructor', message: expect.stringContaining('is no field here') },
  },
  {
    name: 'another kind',
    given: { script: 3 },
    finding: { path: 'a.script', message: 'got 3, expected a text' },
  },
  {
    name: 'a word that is none of the choices',
    given: { script: 'x', mode: 'kill' },
    finding: { path: 'a.mode', message: 'got "kill", expected one of stop, terminate' },
  },
  {
    name: 'a number above its most',
    given: { script: 'x', parallel: 101 },
    finding: { path: 'a.parallel', message: 'got 101, expected a whole number from 1 to 100' },
  },
  {
    name: 'a broken number',
    given: { script: 'x', parallel: 1.5 },
    finding: { path: 'a.parallel', message: 'got 1.5, expected a whole number from 1 to 100' },
  },
  {
    name: 'a duration without a unit',
    given: { script: 'x', drain: '10' },
    finding: { path: 'a.drain', message: 'got "10", expected a duration such as "10s" (0s to 1h)' },
  },
  {
    name: 'a duration above its most',
    given: { script: 'x', drain: '2h' },
    finding: { path: 'a.drain', message: 'got "2h", expected a duration such as "10s" (0s to 1h)' },
  },
  {
    name: 'too many items',
    given: { script: 'x', to: ['a', 'b', 'c'] },
    finding: { path: 'a.to', message: 'got ["a","b","c"], expected a list of 1 to 2 texts' },
  },
  {
    name: 'an unknown placeholder',
    given: { script: 'x', title: '{{nod}}' },
    finding: { path: 'a.title', message: expect.stringContaining('got the placeholder {{nod}}') },
  },
  {
    name: 'a reference that is a text',
    given: { script: 'x', profile: 'web' },
    finding: { path: 'a.profile', message: 'got "web", expected a name' },
  },
  {
    name: 'one reference where many are asked for',
    given: { script: 'x', jvms: 3 },
    finding: { path: 'a.jvms', message: 'got 3, expected a list of names' },
  },
  {
    name: 'a text of more bytes than a row may hold',
    given: { script: 'ü'.repeat(textBytesMax / 2 + 1) },
    finding: { path: 'a.script', message: 'has 65538 bytes, may have 65536' },
  },
])('finds $name', ({ given, finding }) => {
  expect(checkFields(fields, given, 'a').findings).toEqual([finding])
})

test('tells all findings at once, with paths of their own where there is no outer one', () => {
  const { findings } = checkFields(fields, { sudo: 'yes', parallel: 0 }, '')
  expect(findings.map(({ path }) => path)).toEqual(['script', 'sudo', 'parallel'])
})
