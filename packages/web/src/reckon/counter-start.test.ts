import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guessedUnit, suggestedName } from './counter-start.ts'

const none = new Set<string>()

test.each([
  { mbean: 'java.lang:type=Memory', attribute: 'HeapMemoryUsage', key: 'used', name: 'heap-memory-usage-used' },
  { mbean: 'java.lang:type=Threading', attribute: 'ThreadCount', key: '', name: 'thread-count' },
  {
    mbean: 'java.lang:type=GarbageCollector,name=G1 Young Generation',
    attribute: 'CollectionTime',
    key: '',
    name: 'g1-young-generation-collection-time',
  },
  {
    mbean: 'Catalina:type=ThreadPool,name="http-nio-8080"',
    attribute: 'currentThreadsBusy',
    key: '',
    name: 'http-nio-8080-current-threads-busy',
  },
  { mbean: 'app:type=Queue', attribute: 'Size', key: '', name: 'queue-size' },
  { mbean: 'app:type=Queue,name=5xx', attribute: 'Size', key: '', name: 'counter-5xx-size' },
  { mbean: 'java.lang:type=OperatingSystem', attribute: 'CPULoad', key: '', name: 'cpu-load' },
])('a counter of $attribute $key is called $name', ({ name, ...place }) => {
  expect(suggestedName(place, none)).toBe(name)
})

test('a name that is taken is not given again, and none is too long', () => {
  const place = { mbean: 'java.lang:type=Threading', attribute: 'ThreadCount', key: '' }
  expect(suggestedName(place, new Set(['thread-count', 'thread-count-2']))).toBe('thread-count-3')
  const long = suggestedName({ ...place, attribute: 'A'.repeat(90) }, none)
  expect(long).toHaveLength(63)
  expect(suggestedName({ ...place, attribute: 'A'.repeat(90) }, new Set([long]))).toMatch(/^a{61}-2$/)
})

test('whatever an MBean is called, the name is one that tscaler takes', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (value, attribute, key) => {
      const name = suggestedName({ mbean: `d:type="${value}"`, attribute, key }, none)
      expect(name).toMatch(/^[A-Za-z][A-Za-z0-9._-]{0,62}$/)
    }),
  )
})

test.each([
  { attribute: 'HeapMemoryUsage', key: 'used', unit: 'bytes' },
  { attribute: 'LastGcInfo', key: 'memoryUsageAfterGc.Eden Space.used', unit: 'bytes' },
  { attribute: 'FreePhysicalMemorySize', key: '', unit: 'bytes' },
  { attribute: 'bytesSent', key: '', unit: 'bytes' },
  { attribute: 'CollectionTime', key: '', unit: 'ms' },
  { attribute: 'ProcessCpuTime', key: '', unit: 'ns' },
  { attribute: 'Uptime', key: '', unit: 'ms' },
  { attribute: 'StartTime', key: '', unit: '' },
  { attribute: 'ThreadCount', key: '', unit: '' },
  { attribute: 'ProcessCpuLoad', key: '', unit: '' },
])('the unit of $attribute $key is "$unit"', ({ unit, ...place }) => {
  expect(guessedUnit(place)).toBe(unit)
})
