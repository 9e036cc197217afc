import type { Jvm } from '@tscaler/rehearsal/jvm.ts'
import { startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type JavaValue, type JmxConnection, JmxError, type JmxNotification } from '../src/jmx.ts'
import { connectForTest, troubleOf } from './jvms.ts'

const KNOB = 'rehearsal:type=Knob'

describe.skipIf(requirePart('java').skip)('calls', () => {
  let jvm: Jvm
  let connection: JmxConnection

  beforeAll(async () => {
    jvm = await startJvm({ counterMBeans: 20 })
    connection = await connect({ host: jvm.host, port: jvm.port })
  })
  afterAll(async () => {
    await connection?.close()
    await jvm?.stop()
  })

  test('tell of domains, names, counts and registrations', async () => {
    expect(await connection.getDomains()).toContain('rehearsal')
    expect(await connection.getDefaultDomain()).toBe('DefaultDomain')
    const names = await connection.queryNames('rehearsal:type=Counters,*')
    expect(names.length).toBe(20)
    expect(names[0]).toBe('rehearsal:type=Counters,n=0')
    expect((await connection.queryNames()).length).toBe(await connection.getMBeanCount())
    expect(await connection.isRegistered(KNOB)).toBe(true)
    expect(await connection.isRegistered('rehearsal:type=Nobody')).toBe(false)
    expect(await connection.getConnectionId()).toMatch(/^rmi:\/\/127\.[\d.]+ {2}\d+$/)
  })

  test('describe an MBean', async () => {
    const { className, attributes, operations, descriptor } = await connection.getMBeanInfo(KNOB)
    expect(className).toBe('Knob')
    expect(descriptor).toMatchObject({ immutableInfo: 'true', interfaceClassName: 'KnobMBean', mxbean: 'false' })
    const size = { name: 'Size', type: 'int', isReadable: true, isWritable: true }
    expect(attributes).toContainEqual(expect.objectContaining(size))
    expect(attributes).toContainEqual(expect.objectContaining({ name: 'ReadOnly', isWritable: false }))
    const add = operations.find(({ name }) => name === 'add')
    expect(add).toMatchObject({ returnType: 'int', impact: 'unknown', parameters: [{ type: 'int' }, { type: 'int' }] })
    const { notifications } = await connection.getMBeanInfo('rehearsal:type=Bell')
    expect(notifications[0]?.types).toEqual(['rehearsal.ring'])
    const memory = await connection.getMBeanInfo('java.lang:type=Memory')
    expect(memory.attributes.find(({ name }) => name === 'HeapMemoryUsage')?.type).toContain('CompositeData')
  })

  test.each<{ attribute: string; value: JavaValue }>([
    { attribute: 'Size', value: 77 },
    { attribute: 'Bytes', value: 9_007_199_254_740_993n },
    { attribute: 'Bytes', value: 12 },
    { attribute: 'Share', value: 2 },
    { attribute: 'Open', value: false },
    { attribute: 'Label', value: 'é€😀\0' },
    { attribute: 'Label', value: null },
    { attribute: 'Steps', value: [1, -9_223_372_036_854_775_808n] },
  ])('set $attribute to $value', async ({ attribute, value }) => {
    await connection.setAttribute(KNOB, attribute, value)
    expect(await connection.getAttribute(KNOB, attribute)).toEqual(value)
  })

  test('set nothing that does not fit, and say why', async () => {
    const tooLarge = await troubleOf(connection.setAttribute(KNOB, 'Size', 2 ** 31))
    expect(tooLarge.message).toBe(`JMX on ${connection.jvm}: ${KNOB} Size: 2147483648 can't be a Java int.`)
    expect((await troubleOf(connection.setAttribute(KNOB, 'Size', null))).code).toBe('bad-argument')
    expect((await troubleOf(connection.setAttribute(KNOB, 'ReadOnly', 1))).code).toBe('no-such-attribute')
    expect((await troubleOf(connection.setAttribute(KNOB, 'Nope', 1))).code).toBe('no-such-attribute')
    expect((await troubleOf(connection.setAttribute(KNOB, 'Size', 'x', { type: 'java.lang.String' }))).code).toBe(
      'bad-argument',
    )
    const refused = await troubleOf(connection.setAttribute(KNOB, 'Size', -1))
    expect(refused).toMatchObject({ code: 'attribute-failed', java: { message: 'size must not be negative: -1' } })
  })

  test('invoke operations with parameters of every kind', async () => {
    expect(await connection.invoke(KNOB, 'add', [2, 40])).toBe(42)
    expect(await connection.invoke(KNOB, 'sum', [[1, 2, 3]])).toBe(6)
    expect(await connection.invoke(KNOB, 'join', [['a', 'b'], '-'])).toBe('a-b')
    expect(await connection.invoke(KNOB, 'nothing')).toBeNull()
    const at = new Date(1_700_000_000_123)
    const described = await connection.invoke(KNOB, 'describe', ['t', true, 0.5, at])
    expect(described).toEqual(
      new Map<string, JavaValue>([
        ['at', at],
        ['flag', true],
        ['share', 0.5],
        ['text', 't'],
      ]),
    )
  })

  test.each<JavaValue>([
    null,
    true,
    7,
    -1.5,
    2 ** 40,
    2n ** 62n,
    'x'.repeat(70_000),
    new Date(0),
    [1, 'two', [3n]],
    Uint8Array.of(1, 255),
  ])('give back what they were given: %s', async (value) => {
    const echo = await connection.invoke(KNOB, 'echo', [value])
    expect(echo).toEqual(
      JSON.parse('[]').concat([value])[0] === value && Array.isArray(value) ? [1, 'two', [3]] : value,
    )
  })

  test('say which operation failed, and how', async () => {
    const failed = await troubleOf(connection.invoke(KNOB, 'fail', ['no luck']))
    expect(failed.message).toBe(
      `JMX on ${connection.jvm}: ${KNOB} fail: the JVM answered java.lang.Exception: no luck.`,
    )
    expect(failed.code).toBe('operation-failed')
    const missing = await troubleOf(connection.invoke(KNOB, 'add', [1]))
    expect(missing.message).toBe(
      `JMX on ${connection.jvm}: ${KNOB} add: there is none with 1 parameters, only add(int, int). getMBeanInfo tells which there are.`,
    )
    const unsigned = await troubleOf(
      connection.invoke(KNOB, 'add', ['x', 1], { signature: ['java.lang.String', 'int'] }),
    )
    expect(unsigned.code).toBe('no-such-operation')
  })

  test('say which attribute of which MBean of which JVM', async () => {
    const attribute = await troubleOf(connection.getAttribute(KNOB, 'Nope'))
    expect(attribute.message).toBe(
      `JMX on ${connection.jvm}: ${KNOB} Nope: No such attribute: Nope. getMBeanInfo tells which there are and which can be written.`,
    )
    const mbean = await troubleOf(connection.getAttributes('rehearsal:type=Nobody', ['A', 'B']))
    expect(mbean).toMatchObject({ code: 'no-such-mbean', place: { mbean: 'rehearsal:type=Nobody' } })
    expect((await troubleOf(connection.getAttribute('no name', 'A'))).code).toBe('bad-name')
  })

  test('in bulk survive what throws, is missing, can not be sent or can not be read', async () => {
    const names = ['Alive', 'ThrowsUnchecked', 'ThrowsError', 'ThrowsChecked', 'Unsupported', 'NotSerializable']
    const all = [...names, 'PartlySerializable', 'Externalizable', 'Missing', 'Zest']
    for (const round of [1, 2, 3]) {
      const readings = await connection.getAttributes('rehearsal:type=Broken', all)
      const codes = [...readings.values()].map((reading) => (reading instanceof JmxError ? reading.code : reading))
      const failed = 'attribute-failed'
      const lost = 'unserialisable'
      expect(codes, `round ${round}`).toEqual([
        1,
        failed,
        failed,
        failed,
        failed,
        lost,
        lost,
        lost,
        'no-such-attribute',
        26,
      ])
      const partly = readings.get('PartlySerializable')
      expect(partly instanceof JmxError && partly.message).toBe(
        `JMX on ${connection.jvm}: rehearsal:type=Broken PartlySerializable: the JVM can't send this value (java.io.NotSerializableException: java.lang.Object). Leave it out.`,
      )
    }
  })

  test('prepared leave out what can not be sent, so that it costs no connection again', async () => {
    const own = await connectForTest({ host: jvm.host, port: jvm.port })
    const reader = own.prepare('rehearsal:type=Broken', ['Alive', 'NotSerializable', 'Zest'])
    for (let round = 0; round < 3; round++) {
      const [alive, lost, zest] = await reader.read()
      expect([alive, zest]).toEqual([1, 26])
      expect(lost).toMatchObject({ code: 'unserialisable', place: { attribute: 'NotSerializable' } })
    }
  })

  test('pipelined by the thousand keep their order', async () => {
    const readers = Array.from({ length: 20 }, (_, n) =>
      connection.prepare(`rehearsal:type=Counters,n=${n}`, ['Requests']),
    )
    const before = await Promise.all(readers.map((reader) => reader.read()))
    const rounds = Array.from({ length: 100 }, () => readers.map((reader) => reader.read()))
    const values = await Promise.all(rounds.map((round) => Promise.all(round)))
    // Each reading of a counter moves it on by one.
    values.forEach((round, index) => {
      round.forEach(([value], n) => {
        expect(value).toBe(Number(before[n]?.[0]) + index + 1)
      })
    })
  })

  test('that are slow time out alone; those behind them are asked again', async () => {
    const own = await connectForTest({ host: jvm.host, port: jvm.port })
    await own.setAttribute(KNOB, 'SlowMs', 3_000)
    const started = performance.now()
    const slow = own.getAttribute(KNOB, 'Slow', { timeoutMs: 200 })
    const quick = own.getAttribute('rehearsal:type=Kinds', 'Int')
    expect((await troubleOf(slow)).code).toBe('timeout')
    expect(await quick).toBe(42)
    expect(performance.now() - started).toBeLessThan(2_500)
    await own.setAttribute(KNOB, 'SlowMs', 0)
  })

  test('given up reject at once', async () => {
    const giveUp = new AbortController()
    const call = connection.getAttribute(KNOB, 'Label', { signal: giveUp.signal })
    giveUp.abort()
    expect((await troubleOf(call)).code).toBe('aborted')
    expect(await connection.getAttribute('rehearsal:type=Kinds', 'Int')).toBe(42)
  })

  test('after close fail with `closed`', async () => {
    const own = await connect({ host: jvm.host, port: jvm.port })
    const id = await own.getConnectionId()
    expect(id).not.toBe(await connection.getConnectionId())
    await own.close()
    expect((await troubleOf(own.getMBeanCount())).code).toBe('closed')
  })

  test('tell a subscriber what an MBean sends, until it has had enough', async () => {
    const heard: JmxNotification[] = []
    let ring = (): void => {}
    const listener = {
      notification(notification: JmxNotification) {
        heard.push(notification)
        ring()
      },
    }
    const subscription = await connection.subscribe('rehearsal:type=Bell', listener)
    const rung = new Promise<void>((resolve) => {
      ring = () => heard.length === 3 && resolve()
    })
    await jvm.ring(3)
    await rung
    expect(heard.map(({ message }) => message)).toEqual(['ring 1', 'ring 2', 'ring 3'])
    expect(heard[0]).toMatchObject({
      type: 'rehearsal.ring',
      sequenceNumber: 1,
      sentAt: 1_700_000_000_001,
      source: 'rehearsal:type=Bell',
      userData: [9_007_199_254_740_993n, 'number 1'],
    })
    await subscription.close()
    await jvm.ring(1)
    expect(heard.length).toBe(3)
  })
})
