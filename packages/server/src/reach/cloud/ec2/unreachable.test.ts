import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import type { Cloud } from '../cloud.ts'
import { EagerClock, failureOf, lasting, orderOf } from './ec2.fixture.ts'
import { openEc2Clouds } from './ec2.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret-of-key' }

function cloudAt(ec2: string, keys: typeof credentials | null = credentials): Cloud {
  return openEc2Clouds({ clock: new EagerClock(), endpoints: { ec2, elb: ec2 } }).ec2({
    region: 'eu-west-1',
    credentials: keys,
    address: 'private',
  })
}

test('where nobody listens, nothing was done', async () => {
  expect(await failureOf(cloudAt('http://127.0.0.1:1').launch(orderOf('token-1'), lasting))).toMatchObject({
    kind: 'unreachable',
    message:
      'EC2 eu-west-1: RunInstances of t3.micro in subnet-0123456789abcdef0 could not be asked, for 127.0.0.1:1 refuses connections, and nothing was done; check the region of the EC2 profile and the way there (name server, firewall, endpoint).',
  })
})

test('where the name is not known, nothing was done', async () => {
  expect(await failureOf(cloudAt('http://ec2.nowhere.invalid').launch(orderOf('token-1'), lasting))).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('the name of ec2.nowhere.invalid was not found'),
  })
})

test('a connection that was cut and then is refused stays doubtful', async () => {
  const server = createServer((request) => {
    server.close()
    request.socket.resetAndDestroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const failure = await failureOf(cloudAt(`http://127.0.0.1:${port}`).launch(orderOf('token-1'), lasting))
  expect(failure).toMatchObject({
    kind: 'doubtful',
    message: `EC2 eu-west-1: RunInstances of t3.micro in subnet-0123456789abcdef0 got no whole answer at first, so it may have been done, and then RunInstances of t3.micro in subnet-0123456789abcdef0 could not be asked, for 127.0.0.1:${port} refuses connections; check the region of the EC2 profile and the way there (name server, firewall, endpoint).`,
  })
})

test.each([
  { name: 'a page of a proxy', status: 200, body: '<html>Welcome</html>' },
  { name: 'a page of a proxy with an error', status: 502, body: '<html>Bad Gateway</html>' },
  { name: 'a refusal of a proxy', status: 403, body: 'no' },
  { name: 'the answer to another question', status: 200, body: '<DescribeImagesResponse></DescribeImagesResponse>' },
  {
    name: 'an answer without machines',
    status: 200,
    body: '<RunInstancesResponse><requestId>1</requestId></RunInstancesResponse>',
  },
  {
    name: 'a machine without an id',
    status: 200,
    body: '<RunInstancesResponse><instancesSet><item><instanceState><name>running</name></instanceState></item></instancesSet></RunInstancesResponse>',
  },
])('$name is doubtful', async ({ status, body }) => {
  const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const failure = await failureOf(cloudAt(`http://127.0.0.1:${port}`).launch(orderOf('token-1'), lasting))
  expect(failure.kind).toBe('doubtful')
  server.close()
  server.closeAllConnections()
})

test('a list of more than a page is whole, and one without an end is given up', async () => {
  const page = (id: string, next: string) =>
    `<DescribeInstancesResponse><reservationSet><item><ownerId>1</ownerId><instancesSet><item><instanceId>${id}</instanceId><instanceState><name>running</name></instanceState></item></instancesSet></item></reservationSet><nextToken>${next}</nextToken></DescribeInstancesResponse>`
  let asked = 0
  let pages = 3
  const server = createServer((_, response) => {
    asked += 1
    response.end(page(`i-${asked}`, asked < pages ? 'more' : ''))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cloud = cloudAt(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  expect((await cloud.list({ Cluster: 'shop' }, lasting)).map(({ id }) => id)).toEqual(['i-1', 'i-2', 'i-3'])
  pages = Number.POSITIVE_INFINITY
  expect(await failureOf(cloud.list({ Cluster: 'shop' }, lasting))).toMatchObject({
    kind: 'doubtful',
    message:
      'EC2 eu-west-1: DescribeInstances of the machines tagged Cluster has no end after 100 pages; check the endpoint.',
  })
  server.close()
  server.closeAllConnections()
})

test('without credentials anywhere the text says where they were looked for', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'])
    vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'])
    vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials')
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config')
  expect(await failureOf(cloudAt('http://127.0.0.1:1', null).find('i-1', lasting))).toMatchObject({
    kind: 'no-credentials',
    message:
      "EC2 eu-west-1: no AWS credentials were found in the environment (AWS_ACCESS_KEY_ID), the shared files (~/.aws) and this machine's instance role; put them into one of these, or keys into the EC2 profile.",
  })
})
