import { expect, test } from 'vitest'
import { usersOf } from './used-by.ts'

const nodes = [
  {
    id: 1,
    name: 'shop01',
    sshProfile: { id: 1, name: 'ops' },
    jvmProfiles: [{ id: 1, name: 'app' }],
    ec2Profile: null,
  },
  { id: 2, name: 'shop02', sshProfile: null, jvmProfiles: [], ec2Profile: { id: 1, name: 'web' } },
]
const actions = [
  {
    id: 1,
    name: 'new-node',
    deployEc2Node: {
      ec2Profile: { id: 1, name: 'web' },
      sshProfile: { id: 1, name: 'ops' },
      jvmProfiles: [{ id: 1, name: 'app' }],
    },
  },
  { id: 2, name: 'base', localScript: { script: 'ops' } },
]

test.each([
  { kind: 'ssh-profiles', name: 'ops', found: ['shop01', 'new-node'] },
  { kind: 'jvm-profiles', name: 'app', found: ['shop01', 'new-node'] },
  { kind: 'ec2-profiles', name: 'web', found: ['shop02', 'new-node'] },
  { kind: 'ec2-profiles', name: 'ops', found: [] },
] as const)('$name of $kind is used by $found', ({ kind, name, found }) => {
  const users = usersOf(kind, name, { nodes, actions })
  expect([...users.nodes, ...users.actions].map((user) => user.name)).toEqual(found)
})
