import { canonicalLike } from '@tscaler/rehearsal/canonical.ts'
import { type DumpLine, dumpMBeans, type JavaLogin, steadyLines } from '@tscaler/rehearsal/java-client.ts'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { startTomcat, type Tomcat } from '@tscaler/rehearsal/tomcat.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type JmxConnection, JmxError, type Reading } from '../src/jmx.ts'

type Way = 'one by one' | 'in bulk' | 'by prepared reads, the third time'

/** What was read, in the text form that Java's own client prints it in; of trouble, the code and the Java class. */
function textOf(line: DumpLine, reading: Reading | undefined): string {
  if (reading === undefined) return 'not read'
  if (reading instanceof JmxError) return `${reading.code}: ${reading.java?.className}`
  return canonicalLike(line.text ?? 'null', reading)
}

function expectedOf(line: DumpLine): string {
  if (line.text !== undefined) return line.text
  const code = line.failure === 'java.io.NotSerializableException' ? 'unserialisable' : 'attribute-failed'
  return `${code}: ${line.failure}`
}

/** Moves by itself, and may be where it was by chance. */
const MOVING = /Counters,|type=OperatingSystem$|type=Threading$|type=(Memory|MemoryPool|GarbageCollector|BufferPool)\b/
const isMoving = ({ mbean, type }: DumpLine) =>
  MOVING.test(mbean) && /^(long|int|double)$|CompositeData/.test(type ?? '')

async function readAll(
  connection: JmxConnection,
  way: Way,
  lines: readonly DumpLine[],
): Promise<Map<DumpLine, Reading>> {
  const found = new Map<DumpLine, Reading>()
  const byMBean = Map.groupBy(lines, ({ mbean }) => mbean)
  for (const [mbean, ofMBean] of byMBean) {
    const names = ofMBean.map(({ attribute }) => String(attribute))
    const readings = await readSome(connection, way, mbean, names)
    ofMBean.forEach((line, index) => {
      found.set(line, readings[index] ?? null)
    })
  }
  return found
}

async function readSome(connection: JmxConnection, way: Way, mbean: string, names: string[]): Promise<Reading[]> {
  if (way === 'in bulk') return [...(await connection.getAttributes(mbean, names)).values()]
  if (way === 'one by one')
    return Promise.all(names.map((name) => connection.getAttribute(mbean, name).catch((error: JmxError) => error)))
  const prepared = connection.prepare(mbean, names)
  await prepared.read()
  await prepared.read()
  return prepared.read()
}

/** Java has its class, and reads it; this client gives it as text, where the dump has no form for it. */
const isOtherwise = ({ attribute, text }: DumpLine) =>
  attribute === 'Externalizable' || text === '{"object":"java.net.Inet4Address"}'

function comparesEveryAttribute(subject: { login: JavaLogin; classPath?: readonly string[] }, least: number): void {
  test.each<Way>(['one by one', 'in bulk', 'by prepared reads, the third time'])(
    "every attribute read %s is what Java's client reads",
    { timeout: 60_000 },
    async (way) => {
      const { login, classPath = [] } = subject
      const connection = await connect({ host: login.host, port: login.port })
      const before = (await dumpMBeans(login, { classPath })).filter(({ attribute }) => attribute !== undefined)
      const readings = await readAll(connection, way, before)
      const steady = steadyLines(before, await dumpMBeans(login, { classPath }))
      await connection.close()
      const compared = steady.filter((line) => !isOtherwise(line) && !isMoving(line))
      expect(compared.length).toBeGreaterThan(least)
      const named = ({ mbean, attribute, type }: DumpLine) => `${mbean} ${attribute} (${type})`
      const ours = compared.map((line) => `${named(line)} = ${textOf(line, readings.get(line))}`)
      expect(ours).toEqual(compared.map((line) => `${named(line)} = ${expectedOf(line)}`))
      for (const line of before) expect(textOf(line, readings.get(line)), named(line)).not.toBe('not read')
    },
  )
}

describe.skipIf(requirePart('java').skip)('of a JVM', () => {
  let jvm: Jvm
  const subject = {
    get login() {
      return jvm
    },
  }
  beforeAll(async () => {
    jvm = await startJvm()
  })
  afterAll(() => jvm?.stop())
  comparesEveryAttribute(subject, 250)
})

describe.skipIf(requirePart('java', 'tomcat').skip)('of a Tomcat', () => {
  let tomcat: Tomcat
  const subject = {
    get login() {
      return tomcat
    },
    get classPath() {
      return tomcat.classPath
    },
  }
  beforeAll(async () => {
    tomcat = await startTomcat()
  })
  afterAll(() => tomcat?.stop())
  comparesEveryAttribute(subject, 600)
})
