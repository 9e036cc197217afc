import { expect, test } from 'vitest'
import { Done, Healths, Machine, MachineOrNone, Machines, readAnswer } from './answers.ts'

const vm = { id: 'm-1', state: 'running', host: '10.0.0.1', tags: { Name: 'shop01' } }
const oneOf = 'expected one of pending, running, stopping, stopped, shutting-down, terminated'

test.each([
  { name: 'a machine', schema: Machine, answer: vm },
  {
    name: 'one without address, with fields that nobody asked for',
    schema: Machine,
    answer: { id: 'a', state: 'pending', host: null, rack: 7 },
  },
  { name: 'a machine for a find', schema: MachineOrNone, answer: vm },
  { name: 'none', schema: MachineOrNone, answer: null },
  { name: 'an empty list', schema: Machines, answer: [] },
  { name: 'an empty object', schema: Done, answer: {} },
  { name: 'healths', schema: Healths, answer: [{ id: 'm-1', health: 'draining', text: '3 connections' }] },
])('$name is read as it is', ({ schema, answer }) => {
  expect(readAnswer(schema, ` ${JSON.stringify(answer)}\n`)).toEqual({ kind: 'answer', answer })
})

test('trouble that the program tells is read with its kind', () => {
  expect(readAnswer(MachineOrNone, '{"error":{"kind":"quota","message":"4 of 4"}}')).toEqual({
    kind: 'trouble',
    trouble: 'quota',
    message: '4 of 4',
  })
})

test.each([
  { name: 'nothing at all', given: '', text: 'nothing' },
  { name: 'no JSON', given: 'ok, done', text: 'no JSON document: ok, done' },
  { name: 'two documents', given: '{}\n{}', text: 'no JSON document: {}\n{}' },
  {
    name: 'a text',
    given: '"m-1"',
    text: 'the answer is "m-1", expected a machine, such as {"id": "…", "state": "running", "host": "…", "tags": {…}}',
  },
  { name: 'a field too few', given: '{"id":"m-1"}', text: `state is missing, ${oneOf}` },
  { name: 'another word', given: '{"id":"m-1","state":"up"}', text: `state is "up", ${oneOf}` },
  {
    name: 'an id with a space',
    given: '{"id":"m 1","state":"running"}',
    text: 'id is "m 1", expected an id of 1 to 64 characters without spaces',
  },
  {
    name: 'a host that is none',
    given: '{"id":"a","state":"running","host":"a b; c"}',
    text: 'host is "a b; c", expected a host name, an address, or null',
  },
  {
    name: 'a tag that is no text',
    given: '{"id":"a","state":"running","tags":{"Name":7}}',
    text: 'tags.Name is 7, expected an object of texts',
  },
  {
    name: 'a key that is none',
    given: '{"id":"a","state":"running","hostKeys":["x"]}',
    text: 'hostKeys.0 is "x", expected such as ssh-ed25519 AAAA…',
  },
  {
    name: 'trouble of no known kind',
    given: '{"error":{"kind":"sad","message":"x"}}',
    text: expect.stringMatching(/^error\.kind is "sad", expected one of throttled, no-capacity, /),
  },
  {
    name: 'trouble without words',
    given: '{"error":"no"}',
    text: 'error is "no", expected an object with kind and message',
  },
])('$name: what is wrong is said', ({ given, text }) => {
  expect(readAnswer(Machine, given)).toEqual({ kind: 'unreadable', text })
})

test('of a list the place is said, too', () => {
  const given = JSON.stringify([vm, { ...vm, state: 3 }])
  expect(readAnswer(Machines, given)).toEqual({ kind: 'unreadable', text: `1.state is 3, ${oneOf}` })
})
