import { expect, test } from 'vitest'
import { methods, newClient } from '../jmx/methods.ts'
import * as arg from '../rmi/arguments.ts'
import { lookupCall } from '../rmi/registry.ts'
import { addressCall, encodeCall, NO_OBJ_ID } from './call.ts'

const OBJ_ID = Buffer.from('11'.repeat(22), 'hex')
const hex = (parts: string) => parts.replace(/\s/g, '')

// As Java's own client and server have agreed on them on the wire.
test.each([
  {
    name: 'lookup of jmxrmi',
    call: lookupCall('jmxrmi'),
    bytes:
      '50aced0005 7722 0000000000000000 0000000000000000000000000000 00000002 44154dc9d4e63bdf 74 0006 6a6d78726d69',
  },
  {
    name: 'newClient without credentials',
    call: encodeCall(OBJ_ID, newClient, [arg.nothing]),
    bytes: `50aced0005 7722 ${'11'.repeat(22)} ffffffff f0e074eaad0caea8 70`,
  },
  {
    name: 'getConnectionId',
    call: encodeCall(OBJ_ID, methods.getConnectionId, []),
    bytes: `50aced0005 7722 ${'11'.repeat(22)} ffffffff ff0ebec77dc65363`,
  },
  {
    name: 'getAttribute',
    call: encodeCall(OBJ_ID, methods.getAttribute, [arg.objectName('probe:type=Hello'), arg.text('Load'), arg.nothing]),
    bytes: `50aced0005 7722 ${'11'.repeat(22)} ffffffff f0e0500a394d7215 73 72 001b 6a617661782e6d616e6167656d656e742e4f626a6563744e616d65
      0f03a71beb6d15cf 03 0000 70 78 70 74 0010 70726f62653a747970653d48656c6c6f 78 74 0004 4c6f6164 70`,
  },
  {
    name: 'fetchNotifications, whose primitives stand in the header block',
    call: encodeCall(OBJ_ID, methods.fetchNotifications, [], arg.longIntLong(-1n, 0, 0n)),
    bytes: `50aced0005 7736 ${'11'.repeat(22)} ffffffff ba171f3dc87c75e2 ffffffffffffffff 00000000 0000000000000000`,
  },
])('$name', ({ call, bytes }) => expect(call.toString('hex')).toBe(hex(bytes)))

test('a call is addressed afterwards, wherever it stands', () => {
  const call = encodeCall(NO_OBJ_ID, methods.getConnectionId, [])
  const batch = Buffer.concat([call, call])
  addressCall(batch, call.length, OBJ_ID)
  expect(batch.subarray(0, call.length)).toEqual(call)
  expect(batch.subarray(call.length)).toEqual(encodeCall(OBJ_ID, methods.getConnectionId, []))
})

test('long names and texts grow the memory that a call is written into', () => {
  const names = Array.from({ length: 200 }, (_, index) => `attribute-${index}`)
  const call = encodeCall(OBJ_ID, methods.getAttributes, [arg.objectName('a:b=c'), arg.textArray(names), arg.nothing])
  for (const name of names) expect(call.includes(name)).toBe(true)
})

test.each(['', 'no colon', 'a:', ':', 'a:b', 'a:=c', 'a:b=', 'a\n:b=c', 'a:b=c\n'])('%j is no object name', (name) => {
  expect(() => arg.objectName(name)).toThrow('is no object name')
})

test.each([
  'a:b=c',
  ':b=c',
  '*:*',
  'a:*',
  'a:b=c,*',
  'a:*,b=c',
  'Catalina:type=ThreadPool,name="http-nio-8080"',
  '*:type=?,*',
])('%j is one, or a pattern', (name) => {
  expect(() => arg.objectName(name)).not.toThrow()
})
