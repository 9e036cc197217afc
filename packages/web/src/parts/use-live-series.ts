import { useEffect } from 'react'
import type { Series } from '../../../server/src/wire/watching.ts'
import { live } from '../live.ts'

/** Wants live samples of the series while the part is shown; what comes is laid over what was read (live-cache.ts). */
export function useLiveSeries(series: readonly Series[] | undefined): void {
  const key = series?.map(({ id }) => id).join(',') ?? ''
  useEffect(() => (key === '' ? undefined : live.want({ series: key.split(',') })), [key])
}
