import type { Instance } from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { vmOf } from './vm.ts'

const instance: Instance = {
  InstanceId: 'i-1',
  State: { Name: 'running' },
  PrivateIpAddress: '10.0.0.9',
  PublicIpAddress: '203.0.113.9',
  InstanceType: 'm7g.large',
  LaunchTime: new Date(1_700_000_000_000),
  Tags: [{ Key: 'Name', Value: 'shop01' }, { Key: 'Empty' }],
}

test('a whole one', () => {
  expect(vmOf(instance, '123456789012', 'private')).toEqual({
    id: 'i-1',
    state: 'running',
    host: '10.0.0.9',
    tags: { Name: 'shop01', Empty: '' },
    account: '123456789012',
    type: 'm7g.large',
    launchedAt: 1_700_000_000_000,
    reason: null,
  })
  expect(vmOf(instance, undefined, 'public').host).toBe('203.0.113.9')
})

test('what EC2 does not say is null', () => {
  expect(vmOf({ InstanceId: 'i-1', State: { Name: 'pending' }, PublicIpAddress: '' }, undefined, 'public')).toEqual({
    id: 'i-1',
    state: 'pending',
    host: null,
    tags: {},
    account: null,
    type: null,
    launchedAt: null,
    reason: null,
  })
})

test.each<{ name: string; change: Instance; reason: string | null }>([
  {
    name: 'pending says pending',
    change: { State: { Name: 'pending' }, StateReason: { Code: 'pending', Message: 'pending' } },
    reason: null,
  },
  {
    name: 'a message with its code',
    change: {
      StateReason: {
        Code: 'Server.SpotInstanceTermination',
        Message: 'Server.SpotInstanceTermination: Instance terminated',
      },
    },
    reason: 'Server.SpotInstanceTermination: Instance terminated',
  },
  {
    name: 'a message without its code',
    change: { StateReason: { Code: 'Client.VolumeLimitExceeded', Message: 'Volume limit exceeded' } },
    reason: 'Client.VolumeLimitExceeded: Volume limit exceeded',
  },
  { name: 'a code alone', change: { StateReason: { Code: 'Server.InternalError' } }, reason: 'Server.InternalError' },
  {
    name: 'a transition alone',
    change: { StateTransitionReason: 'User initiated (2026-08-01 10:00:00 GMT)' },
    reason: 'User initiated (2026-08-01 10:00:00 GMT)',
  },
  { name: 'an empty transition', change: { StateTransitionReason: '' }, reason: null },
])('the reason: $name', ({ change, reason }) => {
  expect(vmOf({ ...instance, ...change }, undefined, 'private').reason).toBe(reason)
})

test.each<{ name: string; change: Instance }>([
  { name: 'no id', change: { InstanceId: undefined } },
  { name: 'no state', change: { State: undefined } },
])('$name is no answer', ({ change }) => {
  expect(() => vmOf({ ...instance, ...change }, undefined, 'private')).toThrow('without an id or a state')
})
