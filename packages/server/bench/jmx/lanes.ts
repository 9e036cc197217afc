import { type JmxConnection, JmxError } from '@tscaler/jmx'
import { counterNames } from './questions.ts'

/** One read, over and over the same; gives back how many values came. Rejects where one did not. */
export type Read = () => Promise<number>

/** The ten counters of one MBean in one request. */
export function bulkRead(connection: JmxConnection, n: number): Read {
  return readOf(connection, n, counterNames)
}

/** The ten counters of one MBean, a request each. */
export function singleReads(connection: JmxConnection, n: number): Read[] {
  return counterNames.map((name) => readOf(connection, n, [name]))
}

function readOf(connection: JmxConnection, n: number, names: readonly string[]): Read {
  const reader = connection.prepare(`rehearsal:type=Counters,n=${n}`, names)
  return async () => {
    const readings = await reader.read()
    for (const reading of readings) {
      if (reading instanceof JmxError) throw reading
      if (typeof reading !== 'number') throw new Error(`a counter came as ${typeof reading}`)
    }
    return readings.length
  }
}
