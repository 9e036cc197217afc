import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, expect, test } from 'vitest'
import { endTestClouds, shopNode, startTestCloud, type TestCloud } from '../cloud.fixture.ts'
import { targetGroupArn } from '../inventory.ts'

afterEach(endTestClouds)

async function send({ cloud }: TestCloud, method: string, path: string, json?: unknown) {
  const body = json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }
  const answer = await fetch(`${cloud.url}/rehearsal/${path}`, { method, ...body })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
}

async function launch({ ec2 }: TestCloud, change = {}): Promise<string> {
  const answer = await ec2.send(new RunInstancesCommand(shopNode(change)))
  return answer.Instances?.[0]?.InstanceId ?? ''
}

test('faults are set, seen and cleared', async () => {
  const cloud = await startTestCloud()
  expect((await send(cloud, 'POST', 'faults', { kind: 'throttle', actions: ['RunInstances'], times: 2 })).status).toBe(
    204,
  )
  expect((await send(cloud, 'POST', 'faults', [{ kind: 'launch', noSsh: true }])).status).toBe(204)
  await expect(launch(cloud)).rejects.toMatchObject({ name: 'RequestLimitExceeded' })
  expect((await send(cloud, 'GET', 'state')).json.faults).toEqual([
    { kind: 'throttle', actions: ['RunInstances'], times: 1 },
    { kind: 'launch', noSsh: true, times: 1 },
  ])
  await send(cloud, 'DELETE', 'faults')
  await launch(cloud)
  await send(cloud, 'PUT', 'random-faults', { seed: 1, rateShare: 1, faults: [{ kind: 'no-capacity' }] })
  await expect(launch(cloud)).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' })
  await send(cloud, 'PUT', 'random-faults', null)
  await launch(cloud)
  expect((await send(cloud, 'GET', 'calls')).json.map(({ fault = '' }) => fault)).toEqual([
    'throttle',
    '',
    'no-capacity',
    '',
  ])
})

test('instances, their end, their health and the demand', async () => {
  const cloud = await startTestCloud()
  const [one, two] = [await launch(cloud), await launch(cloud, { InstanceMarketOptions: { MarketType: 'spot' } })]
  await cloud.clock.advance(50)
  const arn = targetGroupArn('us-east-1', '123456789012', 'shop-tg')
  await cloud.elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: one }, { Id: two }] }))
  await cloud.clock.advance(5_000)
  await send(cloud, 'PUT', 'demand', 8)
  const loads = async () => {
    const { json } = await send(cloud, 'GET', 'state')
    return json.instances.map(({ state, load }: { state: string; load: number }) => `${state} ${load}`)
  }
  expect(await loads()).toEqual(['running 4.05', 'running 4.05'])
  await send(cloud, 'PUT', `instances/${one}/health`, { healthy: false })
  expect(await loads()).toEqual(['running 0.05', 'running 8.05'])
  await send(cloud, 'POST', `instances/${two}/interrupt`, {})
  await cloud.clock.advance(0)
  await send(cloud, 'PUT', `instances/${one}/health`, {})
  expect(await loads()).toEqual(['running 8.05', 'shutting-down 0.05'])
  await send(cloud, 'POST', `instances/${one}/die`)
  await send(cloud, 'PUT', 'denied', ['RunInstances'])
  const { json } = await send(cloud, 'GET', 'state')
  expect(json).toMatchObject({ denied: ['RunInstances'], demand: 8, sshPort: 22, region: 'us-east-1' })
  expect(json.balancers).toContainEqual({
    name: 'shop-tg',
    arn,
    members: [one, two].map((id) => ({ id, port: 8080, drains: false })),
  })
})

test.each([
  { name: 'an unknown kind', method: 'POST', path: 'faults', json: { kind: 'earthquake' }, status: 400 },
  { name: 'a misspelt field', method: 'POST', path: 'faults', json: { kind: 'throttle', time: 2 }, status: 400 },
  { name: 'a missing field', method: 'POST', path: 'faults', json: { kind: 'cut' }, status: 400 },
  { name: 'no rate', method: 'PUT', path: 'random-faults', json: { seed: 1, faults: [] }, status: 400 },
  { name: 'a demand of another form', method: 'PUT', path: 'demand', json: { points: [1] }, status: 400 },
  { name: 'an unknown instance', method: 'POST', path: 'instances/i-1/die', json: undefined, status: 400 },
  { name: 'an unknown path', method: 'GET', path: 'weather', json: undefined, status: 404 },
])('refuses $name with a message', async ({ method, path, json, status }) => {
  const answer = await send(await startTestCloud(), method, path, json)
  expect(answer.status).toBe(status)
  expect(answer.json.message.length).toBeGreaterThan(10)
})

test('refuses a body that does not say it is JSON, as a web page of another origin would send it', async () => {
  const { cloud } = await startTestCloud()
  const answer = await fetch(`${cloud.url}/rehearsal/faults`, { method: 'POST', body: '{"kind":"throttle"}' })
  expect(answer.status).toBe(415)
  expect(cloud.faults.pending()).toEqual([])
})
