import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../model/clock.ts'
import { endRehearsed, lasting, orderOf, type Rehearsed, startRehearsed } from '../reach/cloud/ec2/ec2.fixture.ts'
import { openEc2Clouds } from '../reach/cloud/ec2/ec2.ts'
import { admin, openTestDesk, type TestDesk } from './desk.fixture.ts'
import { applyDocument } from './document.ts'
import { findInstances } from './instances.ts'

let desk: TestDesk
let ec2: Rehearsed
beforeEach(async () => {
  desk = await openTestDesk()
  ec2 = await startRehearsed()
  const { url, region, credentials } = ec2.pretend
  desk.clouds = openEc2Clouds({ clock: systemClock, endpoints: { ec2: url, elb: url } })
  const { accessKeyId, secretAccessKey } = credentials
  const keys = { accessKeyId, secretAccessKey: { value: secretAccessKey } }
  const profile = { name: 'web', region, imageId: 'ami-0abc', instanceTypes: ['t3.micro'], ...keys }
  await applyDocument(desk, admin, { document: { version: 1, ec2Profiles: [profile] } })
})
afterEach(async () => {
  await endRehearsed()
  await desk.close()
})

const launch = async (Name: string, tags: Record<string, string>) => {
  const { id } = await ec2.cloud.launch(orderOf(`token-${Name}`, { tags: { Name, ...tags } }), lasting)
  await ec2.pretend.until(id, ({ state }) => state === 'running')
  return id
}

test('machines with the tags are found by name, and which of them are nodes, and ours', async () => {
  const { uid } = await desk.store.installation.get(1)
  const ten = await launch('web10', { team: 'shop', 'tscaler:installation': uid })
  const two = await launch('web2', { team: 'shop' })
  await launch('db1', { team: 'data' })
  const nodes = [{ name: 'first', hostname: 'a', instanceId: two, ec2Profile: 'web' }]
  await applyDocument(desk, admin, { document: { version: 1, clusters: [{ name: 'shop', nodes }] } })
  const { items, installationTag } = await findInstances(desk, { ec2Profile: 'web', tags: { team: 'shop' } })
  expect(installationTag).toEqual({ key: 'tscaler:installation', value: uid })
  expect(items).toMatchObject([
    { id: two, name: 'web2', state: 'running', type: 't3.micro', node: { name: 'first' }, isOurs: false },
    { id: ten, name: 'web10', host: expect.stringMatching(/^127\./), node: null, isOurs: true },
  ])
})

test('a key without a value matches any', async () => {
  await launch('web1', { team: 'shop' })
  await launch('db1', { team: 'data' })
  expect((await findInstances(desk, { ec2Profile: 'web', tags: { team: '' } })).items).toHaveLength(2)
})

test('a refusal of the cloud says what is missing, and no secret', async () => {
  ec2.pretend.denied.add('DescribeInstances')
  const failure = await findInstances(desk, { ec2Profile: 'web', tags: { team: 'shop' } }).catch((thrown) => thrown)
  expect(failure).toMatchObject({ code: 'cloud-failed', retryable: false })
  expect(failure.message).toContain('ec2:DescribeInstances')
  expect(failure.message).not.toContain(ec2.pretend.credentials.secretAccessKey)
})

test('a profile that is not there is told', async () => {
  const asked = findInstances(desk, { ec2Profile: 'none', tags: { team: 'shop' } })
  await expect(asked).rejects.toMatchObject({ code: 'not-found' })
})
