import { expect, test } from 'vitest'
import { expandHosts } from './inventory.ts'
import { parseJumps } from './jumps.ts'

test.each([
  { pattern: 'web1', expected: ['web1'] },
  { pattern: 'web[1:3]', expected: ['web1', 'web2', 'web3'] },
  { pattern: 'web[08:10].x', expected: ['web08.x', 'web09.x', 'web10.x'] },
  { pattern: 'db-[a:c]', expected: ['db-a', 'db-b', 'db-c'] },
  { pattern: 'w[1:5:2]', expected: ['w1', 'w3', 'w5'] },
  { pattern: 'r[1:2]-h[1:2]', expected: ['r1-h1', 'r1-h2', 'r2-h1', 'r2-h2'] },
  { pattern: 'w[3:1]', expected: undefined },
  { pattern: 'w[1:3:0]', expected: undefined },
  { pattern: 'w[]', expected: undefined },
  { pattern: 'w[1:999999999]', expected: undefined },
  { pattern: 'w[1:1000]x[1:1000]', expected: undefined },
])('expandHosts: $pattern', ({ pattern, expected }) => expect(expandHosts(pattern)).toEqual(expected))

test.each([
  { args: '', expected: [] },
  { args: '-o StrictHostKeyChecking=no', expected: [] },
  { args: '-J ops@gw1', expected: ['ops@gw1'] },
  { args: '-J ops@gw1:2222,gw2 -q', expected: ['ops@gw1:2222', 'gw2'] },
  { args: '-o ProxyJump=ops@gw1', expected: ['ops@gw1'] },
  { args: '-oProxyJump="ops@gw1,gw2"', expected: ['ops@gw1', 'gw2'] },
  { args: '-J none', expected: [] },
  { args: '-o ProxyCommand="ssh -W %h:%p -q ops@gw1"', expected: ['ops@gw1'] },
  { args: "-o ProxyCommand='ssh -p 2222 -l ops -W %h:%p gw1' -o X=y", expected: ['ops@gw1:2222'] },
  { args: '-o ProxyCommand="nc -X 5 -x proxy:1080 %h %p"', expected: undefined },
  { args: '-o ProxyCommand="ssh gw1 nc %h %p"', expected: undefined },
])('parseJumps: $args', ({ args, expected }) => expect(parseJumps(args)).toEqual(expected))
