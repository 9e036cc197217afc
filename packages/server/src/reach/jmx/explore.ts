import { type JmxConnection, JmxError } from '@tscaler/jmx'
import type { DescribedAttribute, DescribedMBean } from './jvm-link.ts'
import { budgetOfMBean, plainValue } from './plain-value.ts'
import { jvmFailure } from './trouble.ts'

/** A person waits for it; a JVM in a long collection pauses for seconds. */
const lookLimitMs = 8_000

/** An MBean with more attributes than this is shown without the rest. */
const attributesMax = 500

/** The names that a pattern matches, sorted. Rejects with `JmxError`. */
export async function namesOf(connection: JmxConnection, pattern: string): Promise<string[]> {
  return [...(await connection.queryNames(pattern, { timeoutMs: lookLimitMs }))].sort()
}

/** One MBean with all its attributes and what those that can be read hold. Rejects with `JmxError` where there is no such MBean. */
export async function describeMBean(connection: JmxConnection, mbean: string, title: string): Promise<DescribedMBean> {
  const { className, description, attributes: all } = await connection.getMBeanInfo(mbean, { timeoutMs: lookLimitMs })
  const attributes = all.slice(0, attributesMax)
  const readable = attributes.filter(({ isReadable }) => isReadable).map(({ name }) => name)
  const readings =
    readable.length === 0 ? new Map() : await connection.getAttributes(mbean, readable, { timeoutMs: lookLimitMs })
  const budget = budgetOfMBean()
  return {
    name: mbean,
    className,
    description,
    attributes: attributes.map(({ name, type, description, isReadable, isWritable }): DescribedAttribute => {
      const plain = { name, type, description, readable: isReadable, writable: isWritable }
      if (!isReadable) return plain
      const reading = readings.get(name)
      if (!(reading instanceof JmxError)) return { ...plain, value: plainValue(reading ?? null, budget) }
      const { kind, message } = jvmFailure(title, reading)
      return { ...plain, failure: { failure: kind, text: message } }
    }),
  }
}
