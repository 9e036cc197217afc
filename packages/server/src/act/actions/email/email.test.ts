import { startSmtp, type TestSmtp } from '@tscaler/rehearsal/smtp.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { byHand, House, type Seen } from '../../act.fixture.ts'
import { openMailer, transportOptions } from '../../mail/mailer.ts'
import { email } from './email.ts'

let house: House
let smtp: TestSmtp

beforeEach(async () => {
  house = await House.open()
})
afterEach(async () => {
  await house.close()
  await smtp.close()
})

const from = 'tscaler <tscaler@example.org>'

async function mail(
  fields: Record<string, unknown> = {},
  some: Parameters<House['action']>[2] = {},
  url = smtp.url,
): Promise<Seen> {
  const all = {
    to: ['ops@example.org'],
    title: '{{trigger}} on {{cluster}}',
    content: '{{counter}} {{value}} {{threshold}}\n{{runUrl}}',
    ...fields,
  }
  const cluster = await house.cluster()
  const action = await house.action('tell-us', 'email', { ...some, fields: all })
  const counter = await house.store.counters.insert({
    name: 'load1',
    source: 'ssh',
    fields: {},
    threshold: null,
    periodMs: 10_000,
    unit: '',
    shared: false,
  })
  const node = await house.node('shop01', { clusterId: cluster.id })
  const trigger = await house.trigger(cluster.id, [{ actionId: action.id, target: 'none' }])
  const process = await house.start([email({ mailer: openMailer({ url, from }) })])
  const candidate = {
    triggerId: trigger.id,
    clusterId: cluster.id,
    seriesId: `${counter.id}.${node.id}`,
    counterId: counter.id,
    nodeId: node.id,
    value: 4.8,
    threshold: '> 4',
    hits: 3,
    breachSinceAt: 0,
    at: 300_000,
  }
  const admitted = await process.admission.admitFire(candidate, {
    missing: [],
    health: [],
    growing: [],
    clockStep: null,
  })
  return house.ended('run' in admitted ? admitted.run.id : 0)
}

test('one mail goes to all, with the values of the run and a Message-ID made of its token', async () => {
  smtp = await startSmtp()
  const seen = await mail({ to: ['ops@example.org', 'dev@example.org'] })
  expect(seen).toMatchObject({
    run: { state: 'succeeded' },
    tasks: [{ state: 'succeeded', nodeId: null, error: null }],
  })
  expect(smtp.mails).toHaveLength(1)
  expect(smtp.mails[0]).toMatchObject({
    to: ['ops@example.org', 'dev@example.org'],
    from: 'tscaler@example.org',
    subject: 'grow on shop',
    messageId: `<tscaler-${seen.tasks[0]?.token}@example.org>`,
  })
  expect(smtp.mails[0]?.text.trim()).toBe(`load1 4.8 > 4\nhttp://tscaler.test/runs/${seen.run.id}`)
})

test('a title with a line break begins no other header', async () => {
  smtp = await startSmtp()
  await mail({ title: 'one\nBcc: evil@example.org' })
  expect(smtp.mails[0]).toMatchObject({ subject: 'one Bcc: evil@example.org', to: ['ops@example.org'] })
})

test('with a login, over STARTTLS', async () => {
  smtp = await startSmtp({ auth: { user: 'ops', password: 'p@ss:w/ord' }, starttls: true })
  const seen = await mail({}, {}, `smtp://ops:${encodeURIComponent('p@ss:w/ord')}@127.0.0.1:${smtp.port}`)
  expect(seen.run.state).toBe('succeeded')
  expect(smtp.mails[0]?.secure).toBe(true)
})

test('a wrong login is not tried again, and the password is in no row', async () => {
  smtp = await startSmtp({ auth: { user: 'ops', password: 'right' }, starttls: true })
  const seen = await mail({}, { retries: 2 }, `smtp://ops:wrong-password@127.0.0.1:${smtp.port}`)
  expect(seen.tasks).toMatchObject([{ state: 'failed', attempts: 1, error: expect.stringContaining('535') }])
  expect(await house.everything()).not.toContain('wrong-password')
})

describe('refusals', () => {
  test('4xx is tried again with the same Message-ID, 5xx is not', async () => {
    smtp = await startSmtp({ faults: { code: 451 } })
    const seen = await mail({}, { retries: 1 })
    expect(seen.tasks).toMatchObject([{ state: 'failed', attempts: 2, error: expect.stringContaining('451') }])
  })

  test('5xx is for good', async () => {
    smtp = await startSmtp({ faults: { code: 550, at: 'text' } })
    const seen = await mail({}, { retries: 5 })
    expect(seen.tasks).toMatchObject([{ state: 'failed', attempts: 1, error: expect.stringContaining('550') }])
  })

  test('a server that is not there is tried again', async () => {
    smtp = await startSmtp()
    await smtp.close()
    const seen = await mail({}, { retries: 1 })
    expect(seen.tasks).toMatchObject([{ attempts: 2, error: expect.stringContaining('ECONNREFUSED') }])
    smtp = await startSmtp()
  })
})

test('without a mail server it says what to set', async () => {
  smtp = await startSmtp()
  const cluster = await house.cluster()
  const action = await house.action('tell-us', 'email', { fields: { to: ['a@b'], title: 'x', content: 'y' } })
  const process = await house.start([email({ mailer: null })])
  const run = await process.admission.admitByHand(byHand({ action, clusterId: cluster.id }))
  expect((await house.ended(run.id)).tasks[0]?.error).toBe('there is no mail server: set TSCALER_SMTP_URL')
})

test('a mail that was on its way when tscaler stopped is reported, not sent again, and the run goes on', async () => {
  smtp = await startSmtp()
  const cluster = await house.cluster()
  const action = await house.action('tell-us', 'email', { fields: { to: ['a@b.org'], title: 'x', content: 'y' } })
  const never = { send: () => new Promise<never>(() => {}) }
  const first = await house.start([email({ mailer: never })], { crashes: true })
  const run = await first.admission.admitByHand(byHand({ action, clusterId: cluster.id }))
  await house.until(run.id, ({ tasks }) => tasks[0]?.state === 'running')
  await house.store.leases.endAll()
  await house.start([email({ mailer: openMailer({ url: smtp.url, from }) })])
  const seen = await house.ended(run.id)
  expect(seen).toMatchObject({
    run: { state: 'succeeded' },
    tasks: [{ state: 'succeeded', error: expect.stringContaining('may have gone out, or not') }],
  })
  expect(smtp.mails).toEqual([])
})

test.each([
  {
    url: 'smtp://mail.example.org',
    expected: { port: 587, secure: false, requireTLS: true, tls: { rejectUnauthorized: true } },
  },
  {
    url: 'smtps://mail.example.org',
    expected: { port: 465, secure: true, requireTLS: false, tls: { rejectUnauthorized: true } },
  },
  {
    url: 'smtp://127.0.0.1:2525',
    expected: { port: 2525, secure: false, requireTLS: false, tls: { rejectUnauthorized: false } },
  },
  { url: 'smtp://127.evil.org:25', expected: { requireTLS: true, tls: { rejectUnauthorized: true } } },
  { url: 'smtp://[::1]:25', expected: { host: '::1', requireTLS: false } },
])('$url: TLS is required, but of this machine', ({ url, expected }) => {
  smtp = { close: async () => {} } as TestSmtp
  expect(transportOptions(url)).toMatchObject(expected)
})
