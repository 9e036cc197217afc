import { connect } from '@tscaler/jmx'
import { freeAddress } from '@tscaler/rehearsal/address.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../model/clock.ts'
import { openReach } from '../reach.ts'
import { accessTo } from '../ssh/ssh.fixture.ts'
import { jvmAccess, linkTo, reading, readOne, startTestJvm, uptime } from './jmx.fixture.ts'

const { skip } = requirePart('java')
const { skip: skipSsh } = requirePart('sshd', 'java')

const heap = reading('java.lang:type=Memory', 'HeapMemoryUsage')
const counters = reading('rehearsal:type=Counters,*', 'Threads')
const bad = (failure: string, text: unknown = expect.any(String)) => ({ kind: 'failure', failure, text })

describe.skipIf(skip)('a JVM', () => {
  test('is read by one connection, MBeans and patterns, answers in the order of the reads', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm({ counterMBeans: 3 })))
    expect(link.status.state).toBe('idle')
    const answers = await link.read([heap, counters, uptime, reading('no.such:type=X', 'Y')], { deadlineMs: 5_000 })
    expect(answers.map((answer) => (answer.kind === 'values' ? answer.mbeans.length : answer.failure))).toEqual([
      1,
      3,
      1,
      'no-such-mbean',
    ])
    expect(answers[2]).toMatchObject({ mbeans: [{ mbean: 'java.lang:type=Runtime', readings: [expect.any(Number)] }] })
    expect(link.status).toMatchObject({ state: 'open', failure: null })
  })

  test('that is killed and started again answers the next round', async () => {
    const jvm = await startTestJvm()
    const { link } = linkTo(jvmAccess(jvm))
    await readOne(link, uptime)
    await jvm.kill()
    const refused = bad('unreachable', expect.stringContaining(`${jvm.host}:${jvm.port} refuses connections.`))
    expect(await readOne(link, uptime)).toEqual(refused)
    for (let round = 0; round < 5; round += 1) expect(await readOne(link, uptime)).toEqual(refused)
    expect(link.status).toMatchObject({ state: 'backing-off', failure: { kind: 'unreachable' } })
    await jvm.restart()
    expect(await readOne(link, uptime)).toEqual([expect.any(Number)])
    expect(link.status).toMatchObject({ state: 'open', failure: null, retryAt: null })
  })

  test('that hangs costs a round its time and no more, and is read again when it goes on', async () => {
    const jvm = await startTestJvm()
    const { link } = linkTo(jvmAccess(jvm))
    await readOne(link, uptime)
    jvm.freeze()
    expect(await readOne(link, uptime, 300)).toEqual(bad('timeout'))
    jvm.thaw()
    await expect.poll(() => readOne(link, uptime), { timeout: 10_000 }).toEqual([expect.any(Number)])
  })

  test('with one slow MBean gives the others: it is asked last from then on', async () => {
    const jvm = await startTestJvm()
    const knob = await connect(jvm)
    onTestFinished(() => knob.close())
    await knob.setAttribute('rehearsal:type=Knob', 'SlowMs', 2_000)
    const slow = reading('rehearsal:type=Knob', 'Slow', 'Size')
    const { link } = linkTo(jvmAccess(jvm))
    const kinds = async () =>
      (await link.read([slow, uptime], { deadlineMs: 500 })).map((answer) =>
        answer.kind === 'failure' ? answer.failure : 'values',
      )
    expect((await kinds())[0]).toBe('timeout')
    expect(await kinds()).toEqual(['timeout', 'values'])
    await knob.setAttribute('rehearsal:type=Knob', 'SlowMs', 0)
    expect(await kinds()).toEqual(['values', 'values'])
  })

  test('that has nothing for a pattern yet is asked for it again', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm()))
    const [answer] = await link.read([reading('Catalina:type=Manager,*', 'activeSessions')], { deadlineMs: 5_000 })
    expect(answer).toEqual({ kind: 'values', mbeans: [] })
  })

  test('refuses a wrong password with words, and is not asked again before its back-off', async () => {
    const jvm = await startTestJvm({ password: { user: 'monitor', password: 'right' } })
    const { link, logged } = linkTo(jvmAccess(jvm, { password: 'wrong' }))
    const refused = await readOne(link, uptime)
    expect(refused).toEqual(
      bad('auth', expect.stringMatching(/^JVM "app" of shop01: .* refuses this user and password/)),
    )
    expect(await readOne(link, uptime)).toEqual(refused)
    expect(logged).toHaveLength(1)
    expect(JSON.stringify([refused, logged, link.status])).not.toContain('wrong')
    expect(await readOne(linkTo(jvmAccess(jvm)).link, uptime)).toEqual([expect.any(Number)])
    expect(await readOne(linkTo(jvmAccess(jvm, { user: null, password: null })).link, uptime)).toEqual(
      bad('auth', expect.stringContaining('asks for a user and a password')),
    )
  })

  test('is read over TLS that asks for a certificate, and says so where none is shown', async () => {
    const jvm = await startTestJvm({ tls: { registry: true, clientCertificate: true } })
    const access = jvmAccess(jvm)
    expect(await readOne(linkTo(access).link, uptime)).toEqual([expect.any(Number)])
    const withoutCert = { ...access, tls: { ca: access.tls?.ca ?? null, cert: null, key: null } }
    const refused = {
      ...bad(''),
      failure: expect.stringMatching(/auth|unreachable/),
      text: expect.stringContaining('certificate'),
    }
    expect(await readOne(linkTo(withoutCert).link, uptime)).toEqual(refused)
    const withoutCa = { ...access, tls: { ca: null, cert: null, key: null } }
    expect(await readOne(linkTo(withoutCa).link, uptime)).toEqual(bad('unreachable'))
    expect(await readOne(linkTo({ ...access, tls: null }).link, uptime)).toEqual(bad('unreachable'))
  })

  test('that announces a host nobody reaches is reached where its registry is', async () => {
    const jvm = await startTestJvm({ announcedHost: '203.0.113.9' })
    expect(await readOne(linkTo(jvmAccess(jvm)).link, uptime)).toEqual([expect.any(Number)])
  })
})

describe.skipIf(skip)('the check', () => {
  test('tells the JVM that answers', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm()))
    const found = { what: 'JMX app', ok: true, text: expect.stringMatching(/Java 17|Java \d+, at 127/) }
    expect(await link.check()).toEqual({ ok: true, findings: [found] })
  })

  test.each([
    { name: 'a closed port', wish: async () => ({ port: (await freeAddress()).port }), text: /refuses connections/ },
    {
      name: 'a second port that is not reached',
      wish: async () => ({ hostOverride: `127.0.0.1:${(await freeAddress()).port}` }),
      text: /the registry answers, but the JVM's RMI port is not reached .* hostOverride .*rmi\.port/,
    },
    {
      name: 'TLS where the JVM has none',
      wish: async () => ({ tls: { ca: null, cert: null, key: null } }),
      text: /TLS/,
    },
  ])('explains $name', async ({ wish, text }) => {
    const jvm = await startTestJvm()
    const { ok, findings } = await linkTo(jvmAccess(jvm, await wish())).link.check()
    expect(ok).toBe(false)
    expect(findings[0]?.text).toMatch(text)
    expect(findings[0]?.text).toMatch(/^JVM "app" of shop01: /)
  })
})

describe.skipIf(skipSsh)('a JVM behind SSH', () => {
  test("is reached through its node's connection, and again after a loss of that", async () => {
    const [jvm, node] = [await startTestJvm(), await startSshdNode()]
    onTestFinished(() => node.stop())
    const reach = openReach({ clock: systemClock, random: () => 0.5, log: { info() {}, warn() {} } })
    onTestFinished(() => reach.close())
    reach.configure([accessTo(node)], [])
    const { link } = linkTo(jvmAccess(jvm, { via: 'ssh', hostOverride: jvm.host, hostname: 'unknown.invalid' }), {
      machine: { forward: (host, port) => reach.find(1)?.forward(host, port) ?? Promise.reject(new Error('gone')) },
    })
    expect(await readOne(link, uptime)).toEqual([expect.any(Number)])
    reach.configure([], [])
    reach.configure([accessTo(node)], [])
    await expect.poll(() => readOne(link, uptime), { timeout: 10_000 }).toEqual([expect.any(Number)])
    await jvm.kill()
    for (let round = 0; round < 4; round += 1)
      expect(await readOne(link, uptime)).toEqual(
        bad('unreachable', expect.stringMatching(/does not get to .*Connection refused/)),
      )
    await jvm.restart()
    expect(await readOne(link, uptime)).toEqual([expect.any(Number)])
  })

  test('of a node without an SSH profile says so', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm(), { via: 'ssh' }))
    expect(await readOne(link, uptime)).toEqual(
      bad('unreachable', expect.stringContaining('shop01 has no SSH profile, and JVM profile "app" goes through SSH.')),
    )
  })
})
