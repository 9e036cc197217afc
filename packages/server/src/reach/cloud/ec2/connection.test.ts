import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { EagerClock, endRehearsed, failureOf, lasting, orderOf, startRehearsed } from './ec2.fixture.ts'
import { openEc2Clouds } from './ec2.ts'

afterEach(async () => {
  vi.unstubAllEnvs()
  await endRehearsed()
})

test('nothing of the SDK is loaded before a cloud is asked', async () => {
  const program = `
    const { createRequire } = await import('node:module')
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('@aws-sdk'))
    const { openEc2Clouds } = await import(process.argv[1])
    const { systemClock } = await import(process.argv[2])
    const clouds = openEc2Clouds({ clock: systemClock, endpoints: { ec2: 'http://127.0.0.1:1', elb: null } })
    const cloud = clouds.ec2({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, address: 'private' })
    cloud.balancers({ loadBalancers: ['shop'], targetGroups: [] })
    const before = loaded()
    const alive = setInterval(() => {}, 1_000)
    const kind = await cloud.find('i-1', new AbortController().signal).catch((failure) => failure.kind)
    clearInterval(alive)
    console.log(JSON.stringify({ before, after: loaded(), kind }))`
  const paths = [import.meta.resolve('./ec2.ts'), import.meta.resolve('../../../model/clock.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, ...paths])
  expect(JSON.parse(stdout)).toEqual({ before: false, after: true, kind: 'unreachable' })
})

test('an order without a shape is none for EC2', async () => {
  const { cloud } = await startRehearsed()
  expect(await failureOf(cloud.launch({ ...orderOf('token-1'), shape: null }, lasting))).toMatchObject({
    kind: 'bad-request',
  })
})

test('a region that the keys are not for is told apart from others', async () => {
  const { cloud } = await startRehearsed({ regions: ['us-east-1', 'eu-west-1'] }, { access: { region: 'eu-west-1' } })
  const vm = await cloud.launch(orderOf('token-1'), lasting)
  expect(vm.account).toBe('123456789012')
  const elsewhere = await startRehearsed({}, { access: { region: 'eu-west-1' } })
  expect((await failureOf(elsewhere.cloud.find(vm.id, lasting))).kind).toBe('no-credentials')
})

test('without endpoints of ours the SDK takes those of its own variables', async () => {
  const { pretend, access, groupArn } = await startRehearsed()
  for (const name of ['EC2', 'ELASTIC_LOAD_BALANCING', 'ELASTIC_LOAD_BALANCING_V2'])
    vi.stubEnv(`AWS_ENDPOINT_URL_${name}`, pretend.url)
  const cloud = openEc2Clouds({ clock: new EagerClock(), endpoints: { ec2: null, elb: null } }).ec2(access)
  expect(await cloud.list({}, lasting)).toEqual([])
  for (const balancer of cloud.balancers({ loadBalancers: ['shop'], targetGroups: [groupArn] })) {
    expect(await balancer.health(lasting)).toEqual(new Map())
  }
})

test('the same access has the same connections, whichever address it wants', async () => {
  const { pretend, access } = await startRehearsed()
  const clock = new EagerClock()
  const clouds = openEc2Clouds({ clock, endpoints: { ec2: pretend.url, elb: null } })
  pretend.faults.add({ kind: 'throttle', times: 3 })
  await failureOf(clouds.ec2(access).find('i-0123456789abcdef0', lasting))
  const from = clock.monotonic()
  await clouds.ec2({ ...access, address: 'public' }).find('i-0123456789abcdef0', lasting)
  expect(clock.monotonic() - from).toBeGreaterThan(0)
})
