import { JmxError } from '@tscaler/jmx'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startTomcat } from '@tscaler/rehearsal/tomcat.ts'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Counter } from '../../model/counter.ts'
import type { Sample } from '../../model/sample.ts'
import { jvmAccess, linkTo, startTestJvm } from '../../reach/jmx/jmx.fixture.ts'
import type { JvmLink, ReadAnswer } from '../../reach/jmx/jvm-link.ts'
import { jmx } from './jmx.ts'
import { readyMade } from './ready-made.ts'

const { skip } = requirePart('java')
const { skip: skipTomcat } = requirePart('java', 'tomcat')

function counter(id: number, fields: Record<string, unknown>): Counter {
  const stored = { version: 1, createdAt: 0, updatedAt: 0 }
  return {
    ...stored,
    id,
    name: `c${id}`,
    source: 'jmx',
    fields,
    threshold: null,
    periodMs: 10_000,
    unit: '',
    shared: false,
  }
}

function countersOf(...fields: Record<string, unknown>[]): Counter[] {
  return fields.map((one, index) => counter(index + 1, one))
}

async function collect(jvm: JvmLink, counters: Counter[], at = Date.now()) {
  return jmx.collect({ jvm, counters, deadlineMs: 5_000, now: () => at })
}

/** The value, or `failure: text`; undefined where there is none yet. */
function shown(sample: Sample | undefined): number | string | undefined {
  return sample?.kind === 'failure' ? `${sample.failure}: ${sample.text}` : sample?.value
}

describe.skipIf(skip)('counters of a real JVM', () => {
  test('are attributes, keys into composites, and patterns', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm({ counterMBeans: 4 })))
    const busy = { mbean: 'rehearsal:type=Counters,*', attribute: 'Uptime' }
    const counters = countersOf(
      { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'used' },
      { mbean: 'rehearsal:type=Kinds', attribute: 'Int' },
      { mbean: 'rehearsal:type=Kinds', attribute: 'Boolean' },
      { mbean: 'rehearsal:type=Counters,*', over: 'count' },
      { ...busy, attribute: 'Threads', over: 'sum' },
      { ...busy, attribute: 'Threads', over: 'avg' },
      { mbean: 'no.such:type=Anything,*', over: 'count' },
    )
    const [heap, int, flag, matches, sum, avg, none] = (await collect(link, counters)).map(shown)
    expect(heap).toBeGreaterThan(1_000_000)
    expect([typeof int, typeof flag, matches, none]).toEqual(['number', 'number', 4, 0])
    expect([typeof sum, typeof avg]).toEqual(['number', 'number'])
  })

  test('that give no number say which JVM, MBean and attribute, and what to do', async () => {
    const { link } = linkTo(jvmAccess(await startTestJvm()))
    const kinds = 'rehearsal:type=Kinds'
    const counters = countersOf(
      { mbean: 'rehearsal:type=Knid', attribute: 'Int' },
      { mbean: kinds, attribute: 'Imt' },
      { mbean: 'rehearsal:type=Kinds,*', attribute: 'Imt', over: 'sum' },
      { mbean: 'rehearsal:type=Knid,*', attribute: 'Int', over: 'sum' },
      { mbean: kinds, attribute: 'TextNull' },
      { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage' },
      { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'free' },
      { mbean: 'rehearsal:type=Broken', attribute: 'ThrowsUnchecked' },
      { mbean: 'rehearsal:type=Broken', attribute: 'NotSerializable' },
      { mbean: 'rehearsal:type=Broken', attribute: 'Alive' },
    )
    const texts = (await collect(link, counters)).map(shown)
    const explorer = 'Look it up in the MBean explorer'
    expect(texts).toEqual([
      expect.stringMatching(
        /^no-such-mbean: JVM "app" of shop01: JMX on .*: rehearsal:type=Knid.*: there is no such MBean\./,
      ),
      `no-such-attribute: JVM "app" of shop01: ${kinds} has no attribute Imt. ${explorer}.`,
      `no-such-attribute: JVM "app" of shop01: none of the 1 MBeans that rehearsal:type=Kinds,* matches has attribute Imt. ${explorer}.`,
      `no-such-mbean: JVM "app" of shop01: rehearsal:type=Knid,* matches no MBean. ${explorer}; what it belongs to may not have been started.`,
      `not-a-number: JVM "app" of shop01: ${kinds} TextNull is null, expected a number. Correct the counter's attribute or key.`,
      expect.stringContaining('HeapMemoryUsage is a composite (it has committed, init, max, used), expected a number.'),
      expect.stringMatching(/^no-such-attribute: .* HeapMemoryUsage is a composite without free/),
      expect.stringMatching(/^not-a-number: .*rehearsal:type=Broken ThrowsUnchecked/),
      expect.stringMatching(/^not-a-number: .*rehearsal:type=Broken NotSerializable/),
      expect.any(Number),
    ])
  })

  test('that are rates need two readings of the same JVM', async () => {
    const jvm = await startTestJvm()
    const { link } = linkTo(jvmAccess(jvm))
    const counters = countersOf({ mbean: 'java.lang:type=Runtime', attribute: 'Uptime', rate: true })
    const at = Date.now()
    expect((await collect(link, counters, at)).map(shown)).toEqual([undefined])
    const [rate] = (await collect(link, counters, at + 1_000)).map(shown)
    expect(rate).toBeGreaterThanOrEqual(0)
    await jvm.restart()
    // A new session: what its totals are counted from is not known.
    await collect(link, counters, at + 2_000)
    expect((await collect(link, counters, at + 2_000)).map(shown)).toEqual([undefined])
  })

  test('ready-made ones of the JVM itself give values', async () => {
    const jvm = await startTestJvm()
    const { link } = linkTo(jvmAccess(jvm))
    const names = Object.keys(readyMade).filter((name) => !name.startsWith('tomcat-'))
    const counters = countersOf(...names.map((name) => ({ readyMade: name })))
    const at = Date.now()
    await collect(link, counters, at)
    await jvm.makeGarbage(200)
    const samples = await collect(link, counters, at + 1_000)
    const values = Object.fromEntries(names.map((name, index) => [name, shown(samples[index])]))
    for (const name of names) expect(values[name], name).toEqual(expect.any(Number))
    expect(values['heap-share']).toBeGreaterThan(0)
    expect(values['heap-share']).toBeLessThanOrEqual(100)
    expect(values['gc-runs']).toBeGreaterThan(0)
    expect(values['process-cpu']).toBeGreaterThan(0)
  })
})

describe.skipIf(skipTomcat)('counters of a real Tomcat', () => {
  test('are ready-made: sessions, requests, their time, threads', { timeout: 60_000 }, async () => {
    const tomcat = await startTomcat({ threadsMax: 10 })
    onTestFinished(() => tomcat.stop())
    const { link } = linkTo(jvmAccess({ ...tomcat, tls: undefined }))
    const names = Object.keys(readyMade).filter((name) => name.startsWith('tomcat-'))
    const counters = countersOf(...names.map((name) => ({ readyMade: name })))
    const at = Date.now()
    await collect(link, counters, at)
    await tomcat.openSessions(5)
    const samples = await collect(link, counters, at + 10_000)
    const values = Object.fromEntries(names.map((name, index) => [name, shown(samples[index])]))
    expect(values).toMatchObject({ 'tomcat-sessions': 5, 'tomcat-requests': 0.5, 'tomcat-errors': 0 })
    for (const name of names) expect(values[name], name).toEqual(expect.any(Number))
    expect(values['tomcat-threads-share']).toBeLessThanOrEqual(100)
  })
})

describe('what a JVM answers', () => {
  const asked: number[] = []
  function linkWith(answers: ReadAnswer[]): JvmLink {
    return {
      read: async (reads) => {
        asked.push(reads.length)
        return answers
      },
      names: async () => [],
      describe: () => Promise.reject(new Error('not asked here')),
      check: async () => ({ ok: true, findings: [] }),
      title: 'JVM "app" of shop01',
      status: { state: 'open', failure: null, retryAt: null, openedAt: 1 },
      close() {},
    }
  }

  test('is asked for once an MBean, whatever number of counters read it', async () => {
    const memory = { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage' }
    const counters = countersOf({ ...memory, key: 'used' }, { ...memory, key: 'max' }, { readyMade: 'heap-share' })
    const answer: ReadAnswer = {
      kind: 'values',
      mbeans: [
        { mbean: memory.mbean, readings: [Object.assign(Object.create(null), { used: 30, max: 120, committed: 60 })] },
      ],
    }
    expect((await collect(linkWith([answer]), counters)).map(shown)).toEqual([30, 120, 25])
    expect(asked.at(-1)).toBe(1)
  })

  test('one attribute of several that is denied fails its own counter only', async () => {
    const counters = countersOf({ mbean: 'a:b=c', attribute: 'X' }, { mbean: 'a:b=c', attribute: 'Y' })
    const denied = new JmxError('access-denied', 'this user may not do that.')
    const answer: ReadAnswer = { kind: 'values', mbeans: [{ mbean: 'a:b=c', readings: [denied, 7] }] }
    const [x, y] = (await collect(linkWith([answer]), counters)).map(shown)
    expect(x).toBe('auth: JVM "app" of shop01: JMX: this user may not do that.')
    expect(y).toBe(7)
  })

  test('an MBean of a pattern without the attribute is left out, one whose getter fails is not', async () => {
    const counters = countersOf({ mbean: 'a:*', attribute: 'X', over: 'sum' })
    const without = new JmxError('no-such-attribute', 'No such attribute: X.')
    const broken = new JmxError('attribute-failed', 'the JVM answered java.lang.Error.')
    const answer = (...readings: (number | JmxError)[]): ReadAnswer => ({
      kind: 'values',
      mbeans: readings.map((reading, index) => ({ mbean: `a:n=${index}`, readings: [reading] })),
    })
    expect((await collect(linkWith([answer(1, without, 2)]), counters)).map(shown)).toEqual([3])
    expect((await collect(linkWith([answer(1, broken, 2)]), counters)).map(shown)).toEqual([
      'not-a-number: JVM "app" of shop01: JMX: the JVM answered java.lang.Error.',
    ])
  })
})
