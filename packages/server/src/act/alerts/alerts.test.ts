import { afterEach, beforeEach, expect, test } from 'vitest'
import { embeddedQueue } from '../../keep/queue/embedded/embedded.ts'
import type { Queue } from '../../keep/queue/queue.ts'
import type { User } from '../../model/people.ts'
import { House } from '../act.fixture.ts'
import type { Mail, Mailer } from '../mail/mailer.ts'
import { openAlerts } from './alerts.ts'

let house: House
let queue: Queue
let told: unknown[]

beforeEach(async () => {
  house = await House.open()
  queue = embeddedQueue({ clock: house.clock, warn: () => {} })
  told = []
  queue.listen('alert.changed', (message) => told.push(message))
})
afterEach(async () => {
  await queue.close()
  await house.close()
})

const open = (mailer: Mailer | null = null) =>
  openAlerts({ store: house.store, queue, clock: house.clock, mailer, report: () => {} })

function user(name: string, some: Partial<User> = {}) {
  return house.store.users.insert({
    name,
    role: 'admin',
    clusterRoles: [],
    externalKey: null,
    email: `${name}@example.org`,
    passwordHash: null,
    disabled: false,
    ...some,
  })
}

/** Keeps what it is given, and refuses while it is told to. */
function postbox(): Mailer & { mails: Mail[]; trouble: string | null } {
  const box = {
    mails: [] as Mail[],
    trouble: null as string | null,
    async send(mail: Mail) {
      if (box.trouble !== null) throw new Error(box.trouble)
      box.mails.push(mail)
      return { accepted: [...mail.to], rejected: [] }
    },
  }
  return box
}

test('there is one alert per kind and subject; repeats are counted', async () => {
  const alerts = open()
  const first = await alerts.raise('run-failed', 'run:1', 'once')
  const again = await alerts.raise('run-failed', 'run:1', 'twice')
  const other = await alerts.raise('run-failed', 'run:2', 'another')
  expect(again).toMatchObject({ id: first.id, text: 'twice', repeats: 1, state: 'open' })
  expect(other.id).not.toBe(first.id)
  expect(told).toEqual([{ alertId: first.id }, { alertId: first.id }, { alertId: other.id }])
})

test('an acknowledged alert stays so when it comes again, and a resolved one opens anew', async () => {
  const alerts = open()
  const { id } = await alerts.raise('red-stop', 'installation', 'pressed')
  expect(await alerts.acknowledge(id, 'olga')).toMatchObject({ state: 'acknowledged', ackBy: 'olga' })
  await expect(alerts.acknowledge(id, 'olga')).rejects.toMatchObject({ code: 'wrong-state' })
  expect((await alerts.raise('red-stop', 'installation', 'again')).state).toBe('acknowledged')
  await alerts.resolve('red-stop', 'installation')
  expect(await house.store.alerts.get(id)).toMatchObject({ state: 'resolved', resolvedAt: expect.any(Number) })
  expect((await alerts.raise('red-stop', 'installation', 'pressed')).id).not.toBe(id)
})

test('a new alert is mailed once to every administrator who has an address', async () => {
  await user('olga')
  await user('ivan')
  await user('gone', { disabled: true })
  await user('silent', { email: null })
  await user('viewer', { role: 'viewer' })
  const box = postbox()
  const alerts = open(box)
  const { id } = await alerts.raise('run-failed', 'run:1', 'Run 1 failed.')
  await alerts.raise('run-failed', 'run:1', 'Run 1 failed.')
  await alerts.close()
  expect(box.mails).toMatchObject([
    {
      to: ['olga@example.org', 'ivan@example.org'],
      subject: 'tscaler: run-failed (run:1)',
      text: 'Run 1 failed.\n',
      messageId: `alert-${id}`,
    },
  ])
  expect((await house.store.alerts.get(id)).mailedAt).toEqual(expect.any(Number))
})

test('mail that does not go out is an alert itself, and is sent when it can be', async () => {
  await user('olga')
  const box = postbox()
  box.trouble = 'mail.test:25: connection refused'
  const alerts = open(box)
  const { id } = await alerts.raise('run-failed', 'run:1', 'Run 1 failed.')
  await alerts.close()
  expect(await house.store.alerts.findOne({ kind: 'mail-failed' })).toMatchObject({
    state: 'open',
    text: "Alerts can't be mailed: mail.test:25: connection refused. See TSCALER_SMTP_URL and TSCALER_MAIL_FROM.",
  })
  box.trouble = null
  await alerts.raise('run-held', 'run:2', 'Run 2 waits.')
  await alerts.close()
  expect(box.mails.map(({ messageId }) => messageId)).toEqual([`alert-${id}`, expect.any(String)])
  expect(await house.store.alerts.findOne({ kind: 'mail-failed' })).toMatchObject({ state: 'resolved' })
})

test('what could not be mailed before a restart is mailed after it', async () => {
  await user('olga')
  await open().raise('run-failed', 'run:1', 'Run 1 failed.')
  const box = postbox()
  await open(box).close()
  expect(box.mails).toHaveLength(1)
})
