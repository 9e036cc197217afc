import { expect, test } from 'vitest'
import { FakeClock } from '../../model/fake-clock.ts'
import { openRecent } from './all.ts'

const parts = { clock: new FakeClock(), warn: () => {} }
const outside = { keys: 'second', zone: 'UTC', prefix: '' } as const

test('"embedded" is what is recent inside this process', async () => {
  const recent = openRecent({ setting: 'embedded', outside, ...parts })
  expect(recent.trouble()).toBeNull()
  await recent.close()
})

test('caches that are away are named, and not waited for', async () => {
  const recent = openRecent({ setting: 'memcached://127.0.0.1:1', outside, ...parts })
  expect(recent.trouble()).toContain('memcached at 127.0.0.1:1 is away')
  expect(await recent.find('1.1')).toBeUndefined()
  await recent.close()
})

test.each([
  {
    setting: 'redis://host',
    zone: 'UTC',
    message: 'TSCALER_RECENT: expected "embedded" or memcached://host:port,host:port.',
  },
  {
    setting: 'memcached://host',
    zone: 'Mars/Olympus',
    message: 'TSCALER_CACHE_ZONE: there is no time zone "Mars/Olympus".',
  },
])('$setting in $zone is refused', ({ setting, zone, message }) => {
  expect(() => openRecent({ setting, outside: { ...outside, zone }, ...parts })).toThrow(message)
})
