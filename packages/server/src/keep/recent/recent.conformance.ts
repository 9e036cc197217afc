import { afterEach, describe, expect, test } from 'vitest'
import type { Latest, Recent } from './recent.ts'

/** What every driver of recent values does. */
export function recentConform(open: () => Promise<Recent>): void {
  const opened: Recent[] = []
  const begin = async () => {
    const recent = await open()
    opened.push(recent)
    return recent
  }
  afterEach(async () => {
    for (const recent of opened.splice(0)) await recent.close()
  })

  describe('recent', () => {
    test('a series that never was is not found', async () => {
      const recent = await begin()
      expect(await recent.find('1.1')).toBeUndefined()
      expect(await recent.findMany(['1.1', '1.2'])).toEqual(new Map())
    })

    test('the latest that was put is found, a value and a failure alike', async () => {
      const recent = await begin()
      const failed: Latest = { at: 2, value: null, failure: 'exit', text: 'ended with 3 “¿?”', hits: 7 }
      recent.put([
        { series: '1.1', latest: value(1) },
        { series: '1.2.3', latest: failed },
      ])
      recent.put([{ series: '1.1', latest: value(2.5) }])
      expect(await recent.find('1.1')).toEqual(value(2.5))
      expect(await recent.find('1.2.3')).toEqual(failed)
    })

    test('many are found at once, without those that are not there', async () => {
      const recent = await begin()
      recent.put([
        { series: '1.1', latest: value(1) },
        { series: '1.2', latest: value(2) },
      ])
      expect(await recent.findMany(['1.2', '1.3'])).toEqual(new Map([['1.2', value(2)]]))
    })

    test('what is forgotten is gone, and others stay', async () => {
      const recent = await begin()
      recent.put([
        { series: '1.1', latest: value(1) },
        { series: '1.2', latest: value(2) },
      ])
      await recent.forget(['1.1', '9.9'])
      expect(await recent.find('1.1')).toBeUndefined()
      expect(await recent.find('1.2')).toEqual(value(2))
    })
  })
}

function value(number: number): Latest {
  return { at: 1_700_000_000_000, value: number, failure: null, text: null, hits: 0 }
}
