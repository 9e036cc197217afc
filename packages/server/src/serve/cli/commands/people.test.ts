import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSession } from '../../../desk/sessions.ts'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
})
afterEach(() => cli.close())

const password = 'a-long-enough-password'

test('user add takes the password from stdin, and shows it nowhere', async () => {
  const { code, stdout, stderr } = await cli.run('user add ada --role operator --email ada@example.org', {
    stdin: `${password}\n`,
  })
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'User ada was added as operator.\n', stderr: '' })
  const user = await cli.desk.store.users.findOne({ name: 'ada' })
  expect(user).toMatchObject({ email: 'ada@example.org', passwordHash: `hash of ${password}` })
  expect((await cli.run('user role ada admin')).stdout).toBe('User ada is admin now.\n')
  expect((await cli.run('list users')).stdout).toBe(
    'USER  ROLE   E-MAIL           SIGNS IN WITH\nada   admin  ada@example.org  password\n',
  )
})

test('a password that is too short is refused, and not shown', async () => {
  const { code, stderr } = await cli.run('user add ada --role viewer', { stdin: 'hunter2\n' })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'tscaler: The password is too short: 12 characters or more. Nothing was changed.\n',
  })
})

test('user passwd sets one; --link makes a link that does', async () => {
  await cli.run('user add ada --role viewer', { stdin: password })
  expect((await cli.run('user passwd ada', { stdin: 'another-long-password\n' })).stdout).toBe(
    'The password of ada is set.\n',
  )
  expect(await cli.desk.store.users.findOne({ name: 'ada' })).toMatchObject({
    passwordHash: 'hash of another-long-password',
  })
  const { stdout } = await cli.run('user passwd ada --link')
  expect(stdout).toMatch(
    /^This link sets the password of ada, once, within a day:\n\/welcome#\S+\nPut the server's address before it\.\n$/,
  )
})

test('a password as an argument is wrong usage, and is not shown', async () => {
  const { code, stderr } = await cli.run(`user passwd ada ${password}`)
  expect(code).toBe(2)
  expect(stderr).toBe(
    'tscaler: Too many arguments for "passwd". Expected 1 argument but got 2. Add --help to see how it is used.\n',
  )
})

test('an unknown role is wrong usage', async () => {
  expect((await cli.run('user role ada boss')).stderr).toBe(
    'tscaler: The role: got "boss", expected none, viewer, operator, admin.\n',
  )
  expect((await cli.run('user add ada --role boss', { stdin: password })).code).toBe(2)
})

test('roles for single clusters are given by --cluster, and are those that are given last', async () => {
  for (const name of ['shop', 'bank'])
    await cli.desk.store.clusters.insert({
      name,
      min: 1,
      max: null,
      cooldownMs: 0,
      warmUpMs: 0,
      counterIds: [],
      pausedUntil: null,
    })
  const added = await cli.run('user add ada --role none --cluster shop=operator --cluster bank=viewer', {
    stdin: password,
  })
  expect(added.stdout).toBe('User ada was added as none, operator of shop, viewer of bank.\n')
  expect((await cli.run('user role ada viewer --cluster shop=operator')).stdout).toBe(
    'User ada is viewer, operator of shop now.\n',
  )
  expect((await cli.run('user role ada viewer')).stdout).toBe('User ada is viewer now.\n')
  await cli.run('user add root --role admin', { stdin: password })
  const { stderr } = await cli.run('token create ci --role none --cluster bank=operator')
  expect(stderr).toContain('Token ci is none, operator of bank. Its secret is shown this once')
  const wrong = await cli.run('token create x --role none --cluster bank=admin')
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('such as "shop=operator"')])
})

test('user sign-out ends his sessions; user reset-code takes his second factor away', async () => {
  await cli.run('user add ada --role viewer', { stdin: password })
  const ada = await cli.desk.store.users.findOne({ name: 'ada' })
  if (!ada) throw new Error('ada was not added')
  const browser = { address: '10.0.0.1', userAgent: undefined, cookie: undefined }
  await openSession(cli.desk, ada, browser, 'password')
  expect((await cli.run('user sign-out ada')).stdout).toBe('ada was signed out of 1 browser.\n')
  expect(await cli.desk.store.sessions.count()).toBe(0)
  const sealed = cli.desk.secrets.seal('SECRET')
  const factor = { userId: ada.id, secret: sealed, createdAt: 1, confirmedAt: 1, lastStep: 0 }
  await cli.desk.store.secondFactors.insert(factor)
  expect((await cli.run('list users')).stdout).toContain('password and code')
  expect((await cli.run('user reset-code ada')).stdout).toBe('ada signs in with the password alone now.\n')
  expect(await cli.desk.store.secondFactors.count()).toBe(0)
})

test('token create prints the secret alone on stdout; it works until it is revoked', async () => {
  await cli.run('user add ada --role admin', { stdin: password })
  const { stdout, stderr } = await cli.run('token create ci --role viewer --expires 90d')
  expect(stdout).toMatch(/^tscaler_[\w-]+\n$/)
  expect(stderr).toMatch(
    /^Token ci is viewer until .*\(in 90d\)\. Its secret is shown this once; set it as TSCALER_TOKEN\.\n$/,
  )
  const environment = { TSCALER_URL: cli.url, TSCALER_TOKEN: stdout.trim() }
  expect((await cli.run('status', { environment })).code).toBe(0)
  const refused = await cli.run('stop-all --reason x', { environment })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toBe('tscaler: token:ci is viewer; this needs operator. Ask an administrator.\n')
  expect((await cli.run('token list')).stdout).toMatch(/^TOKEN {2}ROLE .*\nci +viewer +ada +now +in 90d\n$/)
  expect((await cli.run('token revoke ci')).stdout).toBe('Token ci is revoked.\n')
  expect((await cli.run('status', { environment })).stderr).toContain('The token is unknown, revoked or too old.')
})

test('without a token the server asks for one, and the command says where it comes from', async () => {
  const { code, stderr } = await cli.run('status', { environment: { TSCALER_URL: cli.url } })
  expect(code).toBe(1)
  expect(stderr).toContain('This command sends the token of TSCALER_TOKEN, which is not set.')
})

test('a token that is none is refused before it is sent', async () => {
  const { code, stderr } = await cli.run('status', {
    environment: { TSCALER_URL: cli.url, TSCALER_TOKEN: 'a b\r\nX: y' },
  })
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'tscaler: TSCALER_TOKEN: is no token; `tscaler token create` on the server makes one.\n',
  })
})

test.each(['yesterday', '2001-01-01'])('a token that expires %s is wrong usage', async (expires) => {
  expect((await cli.run(`token create ci --role viewer --expires ${expires}`)).code).toBe(2)
})
