import { describe, expect, test } from 'vitest'
import { declarations } from '../../forms/all.ts'
import { bodyOf, findingsByField, missingOf, valuesOf } from './body.ts'

const stored = { id: 7, version: 3, createdAt: '', updatedAt: '' }
const profile = {
  ...stored,
  name: 'ops',
  user: 'root',
  privateKey: { kept: 'Zr4' },
  passphrase: null,
  password: null,
  agent: false,
  hostKeys: 'strict',
  jump: ['bastion@gw1'],
  knownHosts: null,
  certAuthorities: [],
}
const action = {
  ...stored,
  name: 'app',
  localScript: { script: 'true', sudo: false },
  timeout: '1m',
  retries: 0,
  retryDelay: '30s',
  secrets: { TOKEN: { kept: 'q1' } },
}
const trigger = {
  ...stored,
  name: 'grow',
  cluster: { id: 1, name: 'shop' },
  state: 'watch',
  counters: [
    { counter: { id: 1, name: 'load1' }, threshold: '> 4' },
    { counter: { id: 2, name: 'heap' }, threshold: null },
  ],
  aggregate: null,
  timing: '40s',
  missing: 'hold',
  actions: [{ action: { id: 1, name: 'base' }, target: 'node', onFailure: 'stop' }],
}

describe('what is sent', () => {
  test('of a thing that was not changed is nothing', () => {
    for (const [kind, answer] of [
      ['ssh-profiles', profile],
      ['actions', action],
      ['triggers', trigger],
    ] as const) {
      const values = valuesOf(declarations[kind], answer)
      expect(bodyOf(declarations[kind], values, values)).toEqual({})
    }
  })

  test('is what was changed alone', () => {
    const before = valuesOf(declarations['ssh-profiles'], profile)
    const values = {
      ...before,
      user: 'ops',
      jump: 'bastion@gw1\n gw2 \n',
      privateKey: { typed: 'a key' },
      knownHosts: '',
    }
    expect(bodyOf(declarations['ssh-profiles'], values, before)).toEqual({
      user: 'ops',
      jump: ['bastion@gw1', 'gw2'],
      privateKey: { value: 'a key' },
    })
  })

  test('takes a secret away as null, and leaves it where it is kept', () => {
    const before = valuesOf(declarations['ssh-profiles'], profile)
    expect(bodyOf(declarations['ssh-profiles'], { ...before, privateKey: null }, before)).toEqual({ privateKey: null })
    const own = valuesOf(declarations.actions, action)
    const secrets = { TOKEN: { kept: 'q1' }, OTHER: { typed: 'x' } }
    expect(bodyOf(declarations.actions, { ...own, secrets }, own)).toEqual({
      secrets: { TOKEN: { kept: 'q1' }, OTHER: { value: 'x' } },
    })
  })

  test('names the chosen kind, without its empty fields', () => {
    const empty = valuesOf(declarations.counters, null)
    const source = { chosen: 'ssh', values: { script: 'cut -d" " -f1 /proc/loadavg', readyMade: '' } }
    expect(bodyOf(declarations.counters, { ...empty, name: 'load1', source }, null)).toEqual({
      name: 'load1',
      ssh: { script: 'cut -d" " -f1 /proc/loadavg' },
      period: '10s',
      shared: false,
    })
  })

  test.each([
    { typed: '5', sent: 5 },
    { typed: '0.5', sent: 0.5 },
    { typed: '90s', sent: '90s' },
  ])('the timing $typed as $sent', ({ typed, sent }) => {
    const before = valuesOf(declarations.triggers, trigger)
    expect(bodyOf(declarations.triggers, { ...before, timing: typed }, before)).toEqual({ timing: sent })
  })

  test('leaves out what is not asked: a local node has no address', () => {
    const empty = valuesOf(declarations.nodes, null)
    expect(
      bodyOf(
        declarations.nodes,
        { ...empty, name: 'here', local: true, hostname: 'x', labels: 'team=shop\nweb' },
        null,
      ),
    ).toEqual({
      name: 'here',
      jvmProfiles: [],
      protected: false,
      labels: { team: 'shop', web: '' },
      local: true,
    })
  })
})

describe('what is wrong', () => {
  test('stands at its field, also in lists and in the chosen kind', () => {
    const values = { ...valuesOf(declarations.actions, action) }
    const findings = ['name', 'localScript.script', 'secrets.TOKEN', 'elsewhere'].map((path) => ({
      path,
      message: 'is wrong',
    }))
    const { byField, rest } = findingsByField(declarations.actions, values, findings)
    expect([...byField.keys()]).toEqual(['name', 'type', 'secrets'])
    expect(rest.map(({ path }) => path)).toEqual(['elsewhere'])
  })

  test('is known before it is sent where a required field is empty', () => {
    const empty = valuesOf(declarations.nodes, null)
    expect(missingOf(declarations.nodes, empty).map(({ path }) => path)).toEqual(['name', 'hostname', 'sshProfile'])
    expect(missingOf(declarations.nodes, { ...empty, name: 'here', local: true })).toEqual([])
    expect(missingOf(declarations.counters, valuesOf(declarations.counters, null)).map(({ path }) => path)).toEqual([
      'name',
      'source',
    ])
  })
})

describe('TLS', () => {
  const declaration = declarations['jvm-profiles']
  const jvm = {
    ...stored,
    name: 'app',
    port: 9010,
    user: null,
    password: null,
    tls: { ca: 'CA', cert: 'CERT', key: { kept: 'k1' } },
    hostOverride: null,
    via: 'direct',
  }
  const before = valuesOf(declaration, jvm)

  test('that was not changed is not sent', () => {
    expect(bodyOf(declaration, before, before)).toEqual({})
  })

  test.each([
    { name: 'nothing told but that it is spoken', tls: { ca: ' ', cert: '', key: null }, sent: {} },
    {
      name: 'a new certificate, the key as it is',
      tls: { ca: 'CA', cert: 'NEW', key: { kept: 'k1' } },
      sent: { ca: 'CA', cert: 'NEW', key: { kept: 'k1' } },
    },
    {
      name: 'a key that was typed',
      tls: { ca: '', cert: 'C', key: { typed: 'K' } },
      sent: { cert: 'C', key: { value: 'K' } },
    },
    { name: 'no TLS any more', tls: null, sent: null },
  ])('is sent as a whole: $name', ({ tls, sent }) => {
    expect(bodyOf(declaration, { ...before, tls }, before)).toEqual({ tls: sent })
  })
})

describe('an EC2 profile', () => {
  const declaration = declarations['ec2-profiles']
  const web = {
    ...stored,
    name: 'web',
    region: 'eu-west-1',
    imageId: 'ami-1',
    instanceTypes: ['t3.medium', 't3a.medium'],
    subnetIds: ['subnet-1'],
    keyName: null,
    securityGroups: ['sg-1'],
    loadBalancers: [],
    targetGroups: [],
    accessKeyId: 'AKIA',
    secretAccessKey: { kept: 'k1' },
    instanceProfile: null,
    spot: false,
    volumes: [{ device: '/dev/xvda', sizeGb: 20, type: 'gp3', iops: null, encrypted: false }],
    userData: { kept: 'k2' },
    hostKeyFrom: 'console',
    address: 'private',
    register: 'launch',
    tags: { team: 'shop' },
  }
  const before = valuesOf(declaration, web)

  test('that was not changed is not sent, nor is a secret that stays', () => {
    expect(bodyOf(declaration, before, before)).toEqual({})
  })

  test('is sent with its lists in their order, and volumes without what is left empty', () => {
    const volumes = [
      { device: '/dev/xvda', sizeGb: '40', type: 'gp3', iops: '', encrypted: true },
      { device: '/dev/xvdb', sizeGb: '', type: '', iops: 3_000, encrypted: false },
    ]
    const values = { ...before, instanceTypes: ['t3a.medium', 't3.medium'], volumes, userData: { typed: '#!/bin/sh' } }
    expect(bodyOf(declaration, values, before)).toEqual({
      instanceTypes: ['t3a.medium', 't3.medium'],
      volumes: [
        { device: '/dev/xvda', sizeGb: 40, type: 'gp3', encrypted: true },
        { device: '/dev/xvdb', iops: 3_000, encrypted: false },
      ],
      userData: { value: '#!/bin/sh' },
    })
  })

  test('needs a region, an image and an instance type', () => {
    expect(missingOf(declaration, valuesOf(declaration, null)).map(({ path }) => path)).toEqual([
      'name',
      'region',
      'imageId',
      'instanceTypes',
    ])
  })
})

describe('an action that names other things', () => {
  const deploying = {
    ...action,
    localScript: undefined,
    deployEc2Node: {
      ec2Profile: { id: 1, name: 'web' },
      sshProfile: { id: 2, name: 'ops' },
      jvmProfiles: [{ id: 3, name: 'app' }],
      port: 22,
    },
  }
  const before = valuesOf(declarations.actions, deploying)

  test('shows them by their names', () => {
    expect(before.type).toEqual({
      chosen: 'deployEc2Node',
      values: { ec2Profile: 'web', sshProfile: 'ops', jvmProfiles: ['app'], port: 22 },
    })
    expect(bodyOf(declarations.actions, before, before)).toEqual({})
  })

  test('is sent with their names', () => {
    const type = { chosen: 'waitUntil', values: { counter: 'load1', until: '< 4', url: null } }
    expect(bodyOf(declarations.actions, { ...before, type }, before)).toEqual({
      waitUntil: { counter: 'load1', until: '< 4' },
    })
  })
})

test.each([
  { jvmProfiles: [], missing: ['sshProfile'] },
  { jvmProfiles: ['app'], missing: [] },
])('a node with the JVM profiles $jvmProfiles lacks $missing', ({ jvmProfiles, missing }) => {
  const values = { ...valuesOf(declarations.nodes, null), name: 'shop01', hostname: '10.0.0.1', jvmProfiles }
  expect(missingOf(declarations.nodes, values).map(({ path }) => path)).toEqual(missing)
})
