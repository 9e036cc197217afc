import { type AttributeReader, type JmxConnection, JmxError, type Reading } from '@tscaler/jmx'
import { counterNames } from './questions.ts'

/** The ten counters of one MBean in one request. */
export function bulkReader(connection: JmxConnection, n: number): AttributeReader {
  return connection.prepare(mbeanNamed(n), counterNames)
}

/** The ten counters of one MBean, a request each. */
export function singleReaders(connection: JmxConnection, n: number): AttributeReader[] {
  return counterNames.map((name) => connection.prepare(mbeanNamed(n), [name]))
}

/** How many values came. Throws where one did not. */
export function numbersIn(readings: readonly Reading[]): number {
  for (const reading of readings) {
    if (reading instanceof JmxError) throw reading
    if (typeof reading !== 'number') throw new Error(`a counter came as ${typeof reading}`)
  }
  return readings.length
}

function mbeanNamed(n: number): string {
  return `rehearsal:type=Counters,n=${n}`
}
