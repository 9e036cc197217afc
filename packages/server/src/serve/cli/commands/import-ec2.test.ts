import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import { endRehearsed, lasting, orderOf, type Rehearsed, startRehearsed } from '../../../reach/cloud/ec2/ec2.fixture.ts'
import { openEc2Clouds } from '../../../reach/cloud/ec2/ec2.ts'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'

let cli: ServedCli
let ec2: Rehearsed
beforeEach(async () => {
  cli = await openServedCli()
  ec2 = await startRehearsed()
  const { url, region, credentials } = ec2.pretend
  cli.desk.clouds = openEc2Clouds({ clock: systemClock, endpoints: { ec2: url, elb: url } })
  const { accessKeyId, secretAccessKey } = credentials
  const document = `version: 1
sshProfiles: [{ name: ops, user: ops, agent: true }]
ec2Profiles:
  - { name: web, region: ${region}, imageId: ami-0abc, instanceTypes: [t3.micro], accessKeyId: ${accessKeyId}, secretAccessKey: { env: SECRET } }
`
  await cli.run('apply -f - --yes', { stdin: document, environment: { SECRET: secretAccessKey } })
})
afterEach(async () => {
  await endRehearsed()
  await cli.close()
})

const launch = async (token: string, tags: Record<string, string>) => {
  const { id } = await ec2.cloud.launch(orderOf(token, { tags: { team: 'shop', ...tags } }), lasting)
  const { address } = await ec2.pretend.until(id, ({ state }) => state === 'running')
  return { id, host: address }
}

test('machines are taken in by their tags; the plan says which of them could not be removed later', async () => {
  const { uid } = await cli.desk.store.installation.get(1)
  const one = await launch('a', { Name: 'web1' })
  const two = await launch('b', { Name: 'web2', 'tscaler:installation': uid })
  const call = 'import ec2 --ec2-profile web --tag team=shop --cluster shop --ssh-profile ops'
  const { code, stdout, stderr } = await cli.run(call, { isTty: true, stdin: 'y\n' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Make these changes? [y/N] ' })
  expect(stdout).toBe(`EC2 has 2 machines with team=shop.
3 changes: 3 to create.
+ cluster shop
+ NODE  HOST       PORT  CLUSTER  SSH PROFILE  INSTANCE
+ web1  ${one.host}  22    shop     ops          ${one.id}
+ web2  ${two.host}  22    shop     ops          ${two.id}
tscaler could not remove later: web1. It removes only machines with the tags tscaler:installation=${uid} and Name=<the node's name>; tag them so where it may.
Done: 3 created.
Try them all now: tscaler check
`)
  const nodes = await cli.desk.store.nodes.list()
  expect(nodes).toMatchObject([
    { name: 'web1', hostname: one.host, instanceId: one.id, ec2ProfileId: 1, hostKey: null, state: 'in-service' },
    { name: 'web2', hostname: two.host, instanceId: two.id, ec2ProfileId: 1, hostKey: null, state: 'in-service' },
  ])
  const again = await cli.run(call)
  expect(again).toMatchObject({
    code: 0,
    stdout: `Nothing to take in.\nNodes already, and left as they are: web1 (${one.id}), web2 (${two.id}).\n`,
  })
})

test('tags must all be there; without --cluster the tag Cluster says where to, and who has none is told by its id', async () => {
  await launch('a', { Name: 'web1', Cluster: 'front', tier: 'one' })
  const other = await launch('b', { Name: 'web2', tier: 'one' })
  await launch('c', { Name: 'web3', tier: 'two' })
  const call = 'import ec2 --ec2-profile web --tag team --tag tier=one --ssh-profile ops --yes'
  const refused = await cli.run(call)
  expect(refused.code).toBe(1)
  expect(refused.stderr).toBe(`tscaler: EC2 can't be used as it is. Nothing was changed.
  ${other.id}: web2 have no tag Cluster: give --cluster NAME.
`)
  await ec2.cloud.end(other.id, 'terminate', lasting)
  expect((await cli.run(call)).code).toBe(0)
  expect(await cli.desk.store.clusters.list()).toMatchObject([{ name: 'front' }])
  expect(await cli.desk.store.nodes.list()).toMatchObject([{ name: 'web1', clusterId: 1 }])
})

test('no machine at all is a failure; a wrong tag, and none, are wrong usage', async () => {
  const call = 'import ec2 --ec2-profile web --yes'
  expect(await cli.run(`${call} --tag team=none`)).toMatchObject({
    code: 1,
    stdout: 'EC2 has no machine with these tags.\n',
  })
  expect((await cli.run(`${call} --tag =x`)).code).toBe(2)
  expect((await cli.run(call)).code).toBe(2)
})

test('a profile that is not there, and a cloud that refuses, are told', async () => {
  expect((await cli.run('import ec2 --ec2-profile none --tag a=b --yes')).stderr).toContain('none')
  ec2.pretend.denied.add('DescribeInstances')
  const { code, stderr } = await cli.run('import ec2 --ec2-profile web --tag a=b --yes')
  expect(code).toBe(1)
  expect(stderr).toContain('ec2:DescribeInstances')
})
