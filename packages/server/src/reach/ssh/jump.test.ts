import { expect, test } from 'vitest'
import { parseJump } from './jump.ts'

test.each([
  { text: 'bastion@gw1', expected: { user: 'bastion', hostname: 'gw1', port: 22 } },
  { text: 'gw1', expected: { user: undefined, hostname: 'gw1', port: 22 } },
  { text: 'ops@10.0.0.1:2222', expected: { user: 'ops', hostname: '10.0.0.1', port: 2222 } },
  { text: 'ops@[fe80::1]:2222', expected: { user: 'ops', hostname: 'fe80::1', port: 2222 } },
  { text: 'ops@[fe80::1]', expected: { user: 'ops', hostname: 'fe80::1', port: 22 } },
  { text: 'fe80::1', expected: { user: undefined, hostname: 'fe80::1', port: 22 } },
  { text: '', expected: undefined },
  { text: 'a b', expected: undefined },
  { text: 'ops@', expected: undefined },
  { text: 'gw1:0', expected: undefined },
  { text: 'gw1:70000', expected: undefined },
  { text: 'ssh://gw1', expected: undefined },
])('the jump host $text', ({ text, expected }) => expect(parseJump(text)).toEqual(expected))
