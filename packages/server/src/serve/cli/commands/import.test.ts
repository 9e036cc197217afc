import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await cli.write('id', 'THE PRIVATE KEY\n')
})
afterEach(() => cli.close())

test('an Ansible inventory of 300 hosts behind a jump host, in one command', async () => {
  await cli.write(
    'hosts',
    `[web]
web[001:200].dc1 ansible_port=2222
[db]
db[01:100].dc1
[all:vars]
ansible_user=ops
ansible_ssh_private_key_file=id
ansible_ssh_common_args='-o ProxyJump=ops@gw1.dc1'
`,
  )
  const { code, stdout, stderr } = await cli.run('import ansible hosts --accept-new --yes')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^303 changes: 303 to create\.\n\+ SSH profile ops-via-gw1\.dc1\n\+ cluster web\n\+ cluster db\n\+ NODE +HOST +PORT +CLUSTER +SSH PROFILE\n\+ web001\.dc1 {2}web001\.dc1 {2}2222 {2}web {6}ops-via-gw1\.dc1\n/,
  )
  expect(stdout).toContain(
    '\n+ db100.dc1   db100.dc1   22    db       ops-via-gw1.dc1\nDone: 303 created.\nTry them all now: tscaler check\n',
  )
  expect(stdout).not.toContain('PRIVATE KEY')
  expect(await cli.desk.store.nodes.count()).toBe(300)
  expect(await cli.desk.store.nodes.findOne({ name: 'web200.dc1' })).toMatchObject({
    hostname: 'web200.dc1',
    port: 2222,
    sshProfileId: 1,
  })
  expect(await cli.desk.store.sshProfiles.get(1)).toMatchObject({
    user: 'ops',
    jump: ['ops@gw1.dc1'],
    hostKeys: 'accept-new',
  })
  expect((await cli.run('import ansible hosts --accept-new')).stdout).toBe(
    'Nothing to change; 303 are as they should be.\nTry them all now: tscaler check\n',
  )
})

test('what is there already stays: the size of a cluster, the labels and counters of its nodes', async () => {
  const before = `version: 1
counters: [{ name: load1, ssh: { script: w } }]
clusters:
  - { name: web, min: 2, max: 9, counters: [load1], nodes: [{ name: a, hostname: old, labels: { team: blue } }, { name: b, hostname: b }] }
`
  await cli.run('apply -f - --yes', { stdin: before })
  await cli.write('hosts', '[web]\na ansible_host=10.0.0.1\nc\n')
  const { stdout } = await cli.run('import ansible hosts --user ops --key id --yes')
  expect(stdout).toContain('~ node a\n')
  expect(stdout).not.toContain('~ cluster web')
  expect(await cli.desk.store.clusters.get(1)).toMatchObject({ min: 2, max: 9, counterIds: [1] })
  expect(await cli.desk.store.nodes.findOne({ name: 'a' })).toMatchObject({
    hostname: '10.0.0.1',
    labels: { team: 'blue' },
  })
  expect((await cli.desk.store.nodes.list()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(stdout).toContain(
    'Nodes whose host key is not pinned are refused: import again with --known-hosts FILE, or --accept-new.\n',
  )
})

test('group_vars beside the inventory are read', async () => {
  await mkdir(path.join(cli.folder, 'group_vars'))
  await cli.write('group_vars/web.yml', 'ansible_user: www\nansible_port: 2200\n')
  await cli.write('group_vars/all', 'ansible_user: ops\n')
  await cli.write('hosts', '[web]\nweb1\n')
  expect((await cli.run('import ansible hosts --agent --yes')).code).toBe(0)
  expect(await cli.desk.store.nodes.findOne({ name: 'web1' })).toMatchObject({ port: 2200 })
  expect(await cli.desk.store.sshProfiles.get(1)).toMatchObject({ name: 'www', user: 'www', agent: true })
})

test('a CSV with addresses for names, into one cluster, by an SSH profile that is there', async () => {
  await cli.run('apply -f - --yes', { stdin: 'version: 1\nsshProfiles: [{ name: ops, user: ops, agent: true }]\n' })
  await cli.write('hosts.csv', 'hostname;port;label.rack\n10.0.0.1;22;r1\n10.0.0.2;2222;\n')
  const { code, stdout } = await cli.run('import csv hosts.csv --cluster shop --ssh-profile ops', {
    isTty: true,
    stdin: 'y\n',
  })
  expect(code).toBe(0)
  expect(stdout).toContain(`+ NODE           HOST      PORT  CLUSTER  SSH PROFILE  LABELS
+ node-10.0.0.1  10.0.0.1  22    shop     ops          rack=r1
+ node-10.0.0.2  10.0.0.2  2222  shop     ops
`)
  expect(await cli.desk.store.nodes.findOne({ name: 'node-10.0.0.1' })).toMatchObject({
    hostname: '10.0.0.1',
    labels: { rack: 'r1' },
  })
})

test('everything that is wrong is told at once, by line, three hundred times the same once', async () => {
  await cli.write('hosts.csv', 'name,port\na,x\nb,22\nc,22\nd,22\n')
  const { code, stderr } = await cli.run('import csv hosts.csv --yes')
  expect(code).toBe(1)
  expect(stderr.split('\n')).toEqual([
    "tscaler: hosts.csv can't be used as it is. Nothing was changed.",
    '  hosts.csv:2: port: got "x", expected a number from 1 to 65535.',
    '  hosts.csv:2: a, b, c and 1 more have no user to sign in as: give --user NAME, or --ssh-profile NAME.',
    '  hosts.csv:2: a, b, c and 1 more have no key and no password: give --key FILE, --agent, or --ssh-profile NAME.',
    '  hosts.csv:2: a, b, c and 1 more are in no group, and have no cluster: give --cluster NAME.',
    '',
  ])
})

test("the server's findings are told by the inventory's line", async () => {
  await cli.write('hosts.csv', 'name,cluster,jvmProfiles\na,shop,\nb c,shop,tomcat\n')
  const { stderr } = await cli.run('import csv hosts.csv --user ops --agent --yes')
  expect(stderr).toContain('  hosts.csv:3 clusters[0].nodes[1].name: got "b c", expected ')
})

test('a key that is missing, an inventory that is missing, one that names nobody', async () => {
  await cli.write('hosts', '[web]\na ansible_user=ops ansible_ssh_private_key_file=none\n')
  expect((await cli.run('import ansible hosts --yes')).stderr).toContain(
    `  hosts:2: the private key: there is no file ${cli.folder}/none.\n`,
  )
  expect((await cli.run('import ansible none --yes')).stderr).toBe(
    `tscaler: The inventory: there is no file ${cli.folder}/none.\n`,
  )
  await cli.write('empty', '# nobody\n')
  expect((await cli.run('import ansible empty --yes')).stderr).toContain('  empty:1: names no host.\n')
})

test('stdin needs --yes, as nobody can answer there', async () => {
  expect((await cli.run('import ansible -', { stdin: '[web]\na\n', isTty: true })).code).toBe(2)
  const { code } = await cli.run('import ansible - --yes --user ops --agent', { stdin: '[web]\na\n' })
  expect(code).toBe(0)
})

test('a password of an inventory is sent and never shown', async () => {
  await cli.write('hosts', '[web]\na ansible_user=ops ansible_password=hunter2-secret\n')
  const { code, stdout, stderr } = await cli.run('import ansible hosts --yes')
  expect(code).toBe(0)
  expect(stdout + stderr).not.toContain('hunter2')
})
