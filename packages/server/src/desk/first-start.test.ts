import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestDesk, type TestDesk } from './desk.fixture.ts'
import { firstStart } from './first-start.ts'
import { welcome } from './password-links.ts'
import { openPasswords } from './passwords.ts'
import { signIn } from './sign-in.ts'

let desk: TestDesk
beforeEach(async () => {
  desk = await openTestDesk()
})
afterEach(() => desk.close())

const password = 'a password of my own'
const address = '::1'
const browser = { address, userAgent: undefined, cookie: undefined }

test('the first start makes admin and a link that sets his password, once', async () => {
  const secret = (await firstStart(desk, null)) ?? ''
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  expect((await welcome(desk, { token: secret, password, address })).name).toBe('admin')
  await expect(welcome(desk, { token: secret, password: 'somebody else would', address })).rejects.toThrow(
    'has been used',
  )
  expect((await signIn(desk, { name: 'admin', password }, browser)).asker.role).toBe('admin')
  expect(await firstStart(desk, null)).toBeNull()
})

test('until it is used every start makes a new link, and the old one stops working', async () => {
  const first = (await firstStart(desk, null)) ?? ''
  const second = (await firstStart(desk, null)) ?? ''
  await expect(welcome(desk, { token: first, password, address })).rejects.toThrow()
  expect((await welcome(desk, { token: second, password, address })).name).toBe('admin')
})

test('a link is good for a day', async () => {
  const secret = (await firstStart(desk, null)) ?? ''
  desk.clock.advance(86_400_000)
  await expect(welcome(desk, { token: secret, password, address })).rejects.toThrow('too old')
})

test('without a person the password comes from the settings, at the first start only', async () => {
  expect(await firstStart(desk, password)).toBeNull()
  expect(await firstStart(desk, 'another password here')).toBeNull()
  expect((await signIn(desk, { name: 'admin', password }, browser)).asker.who).toBe('admin')
})

test('passwords are kept with Argon2id', async () => {
  const passwords = openPasswords()
  const hash = await passwords.hash(password)
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect([
    await passwords.verify(hash, password),
    await passwords.verify(hash, 'wrong'),
    await passwords.verify(null, password),
  ]).toEqual([true, false, false])
})

test('of 130 who sign in at once the last 30 are told to come back', async () => {
  const passwords = openPasswords()
  const answers = await Promise.allSettled(Array.from({ length: 130 }, () => passwords.verify(null, 'x')))
  const refused = answers.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(30)
  expect(refused[0]).toMatchObject({ reason: { code: 'too-many-tries', retryable: true } })
})
