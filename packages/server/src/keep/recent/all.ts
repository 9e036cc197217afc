import type { Clock } from '../../model/clock.ts'
import { TscalerError } from '../../model/problem.ts'
import { embeddedRecent } from './embedded/embedded.ts'
import { parseCachePlaces } from './memcached/cache-places.ts'
import { openMemcached } from './memcached/memcached.ts'
import { isZone, type OutsideForm } from './memcached/outside-keys.ts'
import type { Recent } from './recent.ts'

/**
 * Opens what TSCALER_RECENT names: `embedded`, or `memcached://host:port,host:port`. Caches that are away are not waited for. Throws
 * `bad-input` for any other text, and for a zone that this machine does not know.
 */
export function openRecent({
  setting,
  outside,
  clock,
  warn,
}: {
  setting: string
  outside: OutsideForm
  clock: Clock
  warn: (message: string, details: object) => void
}): Recent {
  if (setting === 'embedded') return embeddedRecent()
  const servers = parseCachePlaces(setting)
  if (!servers) throw wrong('TSCALER_RECENT', 'expected "embedded" or memcached://host:port,host:port')
  if (!isZone(outside.zone)) throw wrong('TSCALER_CACHE_ZONE', `there is no time zone "${outside.zone}"`)
  return openMemcached({ servers, outside, clock, warn })
}

function wrong(path: string, message: string): TscalerError {
  return new TscalerError('bad-input', `${path}: ${message}.`, { findings: [{ path, message }] })
}
