import { expect, test } from 'vitest'
import { readAnsible } from './ansible.ts'

const nothingBeside = () => ({ vars: {} })
const read = (text: string, { fileName = 'hosts', groups }: { fileName?: string; groups?: string[] } = {}) =>
  readAnsible(text, { fileName, groups, beside: nothingBeside })

const ini = `
; an inventory
gate ansible_host=192.0.2.1

[web]
web[01:02].example.org ansible_user=www
10.0.0.9:2222

[db]
db1 ansible_host=10.0.1.1 ansible_ssh_common_args='-o ProxyJump=ops@gate' # the big one

[shop:children]
web
db

[shop:vars]
ansible_user = ops
ansible_port=22
`

test('INI: groups, ranges, ports and variables, the narrower winning', async () => {
  const { hosts, findings } = await read(ini)
  expect(findings).toEqual([])
  expect(
    hosts.map(({ name, line, hostname, port, user, cluster, jump, labels }) => ({
      name,
      line,
      hostname,
      port,
      user,
      cluster,
      jump,
      labels,
    })),
  ).toEqual([
    { name: 'gate', line: 3, hostname: '192.0.2.1', port: null, user: null, cluster: null, jump: [], labels: {} },
    {
      name: 'web01.example.org',
      line: 6,
      hostname: 'web01.example.org',
      port: 22,
      user: 'www',
      cluster: 'web',
      jump: [],
      labels: { groups: 'shop' },
    },
    {
      name: 'web02.example.org',
      line: 6,
      hostname: 'web02.example.org',
      port: 22,
      user: 'www',
      cluster: 'web',
      jump: [],
      labels: { groups: 'shop' },
    },
    {
      name: '10.0.0.9',
      line: 7,
      hostname: '10.0.0.9',
      port: 2222,
      user: 'ops',
      cluster: 'web',
      jump: [],
      labels: { groups: 'shop' },
    },
    {
      name: 'db1',
      line: 10,
      hostname: '10.0.1.1',
      port: 22,
      user: 'ops',
      cluster: 'db',
      jump: ['ops@gate'],
      labels: { groups: 'shop' },
    },
  ])
})

test('--group: a wide group takes all hosts below it, others are left out', async () => {
  const { hosts } = await read(ini, { groups: ['shop'] })
  expect(hosts.map(({ name, cluster }) => `${name} ${cluster}`)).toEqual([
    'web01.example.org shop',
    'web02.example.org shop',
    '10.0.0.9 shop',
    'db1 shop',
  ])
  expect(hosts[0]?.labels).toEqual({ groups: 'web' })
})

const yaml = `
all:
  vars: { ansible_user: ops }
  hosts:
    gate:
  children:
    web:
      hosts:
        web[1:2]: { ansible_port: 2222 }
      children:
        edge: { hosts: { edge1: { ansible_connection: local } }, vars: { ansible_user: other } }
`

test('YAML says the same in its own form', async () => {
  const { hosts, findings } = await read(yaml, { fileName: 'hosts.yml' })
  expect(findings).toEqual([])
  expect(
    hosts.map(({ name, line, user, port, cluster, local }) => ({ name, line, user, port, cluster, local })),
  ).toEqual([
    { name: 'gate', line: 5, user: 'ops', port: null, cluster: null, local: false },
    { name: 'web1', line: 9, user: 'ops', port: 2222, cluster: 'web', local: false },
    { name: 'web2', line: 9, user: 'ops', port: 2222, cluster: 'web', local: false },
    { name: 'edge1', line: 11, user: 'other', port: null, cluster: 'edge', local: true },
  ])
})

test('what `ansible-inventory --list` prints is read too', async () => {
  const listing = JSON.stringify({
    _meta: { hostvars: { web1: { ansible_host: '10.0.0.1', ansible_user: 'ops' } } },
    all: { children: ['ungrouped', 'web'] },
    web: { hosts: ['web1'] },
  })
  const { hosts, findings } = await read(listing)
  expect(findings).toEqual([])
  expect(hosts).toMatchObject([{ name: 'web1', hostname: '10.0.0.1', user: 'ops', cluster: 'web' }])
})

test('variables beside the inventory count, the host over its groups', async () => {
  const files = new Map<string, Record<string, unknown>>([
    ['group all', { ansible_user: 'ops' }],
    ['group web', { ansible_port: 2222 }],
    ['host web2', { ansible_port: 22 }],
  ])
  const { hosts } = await readAnsible('[web]\nweb1\nweb2\n', {
    fileName: 'hosts',
    groups: undefined,
    beside: (kind, name) => ({ vars: files.get(`${kind} ${name}`) ?? {} }),
  })
  expect(hosts.map(({ user, port }) => ({ user, port }))).toEqual([
    { user: 'ops', port: 2222 },
    { user: 'ops', port: 22 },
  ])
})

test.each([
  {
    name: 'a section that is none',
    text: '[web:hosts:x]\n',
    message: 'got "[web:hosts:x]", expected [group], [group:vars] or [group:children].',
  },
  {
    name: 'a range that is none',
    text: 'web[5:1]\n',
    message: '"web[5:1]" is no host, and no range such as web[01:50].',
  },
  { name: 'a word that is no variable', text: '[web]\nweb1 fast\n', message: 'got "fast", expected variable=value.' },
  {
    name: 'a group variable that is none',
    text: '[web:vars]\nfast\n',
    message: 'got "fast", expected variable=value.',
  },
  {
    name: 'a port that is none',
    text: '[web]\nweb1 ansible_port=http\n',
    message: 'web1: ansible_port: got "http", expected a number from 1 to 65535.',
  },
  {
    name: 'a host of two groups',
    text: '[web]\na\n[dc1]\na\n',
    message: 'a is in the groups web, dc1, but a node has one cluster. Say which groups are clusters: --group NAME…',
  },
  {
    name: 'a template',
    text: '[web]\na ansible_host="{{ ip }}"\n',
    message:
      'a: ansible_host is a template, which only Ansible can read. Import what `ansible-inventory --list` prints.',
  },
  {
    name: 'a proxy command that is not understood',
    text: '[web]\na ansible_ssh_common_args="-o ProxyCommand=\'nc %h %p\'"\n',
    message: 'a: its ProxyCommand is not understood. Write it as -J user@host, or import with --ssh-profile.',
  },
])('$name is told', async ({ text, message }) => {
  expect((await read(text)).findings).toMatchObject([{ message }])
})

test('a group that is not there is told with those that are', async () => {
  expect((await read('[web]\na\n', { groups: ['wbe'] })).findings).toEqual([
    { line: 1, message: 'there is no group "wbe". There are: web.' },
  ])
})

test('a YAML that is none is told by line', async () => {
  expect((await read('all:\n  hosts: [\n', { fileName: 'hosts.yml' })).findings[0]).toMatchObject({ line: 3 })
})

test('groups that hold each other come to an end', async () => {
  const { hosts } = await read('[a:children]\nb\n[b:children]\na\n[b]\nhost1\n')
  expect(hosts).toMatchObject([{ name: 'host1', cluster: 'b' }])
})
