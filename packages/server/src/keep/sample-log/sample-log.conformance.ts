import { afterEach, describe, expect, test } from 'vitest'
import type { LoggedSample, SampleLog } from './sample-log.ts'

export interface SampleLogBench {
  log: SampleLog
  /** All lines that are kept, oldest first. */
  lines(): Promise<string[]>
  remove(): Promise<void>
}

/** What every driver of the log of counters does. */
export function sampleLogConform(open: () => Promise<SampleLogBench>): void {
  const opened: SampleLogBench[] = []
  const begin = async () => {
    const bench = await open()
    opened.push(bench)
    return bench
  }
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.remove()
  })

  describe('sample log', () => {
    test('one JSON line a sample, in order; a failure has its kind and text and no value', async () => {
      const { log, lines } = await begin()
      log.append([loggedValue(0), { ...loggedValue(1), jvm: 'tomcat' }])
      log.append([
        { ...loggedValue(2), sample: { kind: 'failure', at: Date.UTC(2026, 0, 1), failure: 'exit', text: 'a\nb' } },
      ])
      await log.flush()
      const of = '{"at":"2026-01-01T00:00:00.000Z","cluster":"shop","node":"shop01","counter":"load"'
      expect(await lines()).toEqual([
        `${of},"value":0}`,
        `${of},"jvm":"tomcat","value":1}`,
        `${of},"failure":"exit","text":"a\\nb"}`,
      ])
    })

    test('flushing nothing is no trouble', async () => {
      const { log, lines } = await begin()
      await log.flush()
      expect(await lines()).toEqual([])
      expect(log.trouble()).toBeNull()
    })

    test('closing writes what waits', async () => {
      const { log, lines } = await begin()
      log.append([loggedValue(7)])
      await log.close()
      expect(await lines()).toHaveLength(1)
    })
  })
}

/** A sample with its number as value. */
export function loggedValue(number: number): LoggedSample {
  const sample = { kind: 'value', at: Date.UTC(2026, 0, 1), value: number } as const
  return { cluster: 'shop', node: 'shop01', counter: 'load', sample }
}
