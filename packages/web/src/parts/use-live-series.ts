import { useEffect } from 'react'
import type { Series } from '../../../server/src/wire/watching.ts'
import { live } from '../live.ts'

/** More series than this are read again now and then instead: a page may name a thousand to the server, and its graphs want some. */
const liveMax = 300
/** How often that is. */
const pollMs = 10_000

/** How often series are to be read again where they are too many to come live; false: they come live. */
export function pollOf(series: readonly Series[] | undefined): number | false {
  return (series?.length ?? 0) > liveMax ? pollMs : false
}

/** Wants live samples of the series while the part is shown; what comes is laid over what was read (live-cache.ts). */
export function useLiveSeries(series: readonly Series[] | undefined): void {
  const key = series === undefined || series.length > liveMax ? '' : series.map(({ id }) => id).join(',')
  useEffect(() => (key === '' ? undefined : live.want({ series: key.split(',') })), [key])
}
