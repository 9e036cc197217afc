import type { Clock } from '../../model/clock.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { MachineMeans } from '../machines/means.ts'
import type { Instance } from './instance.ts'

/** What the watch works with. */
export interface CloudWatchParts extends Pick<MachineMeans, 'store' | 'queue' | 'vault' | 'clouds'> {
  clock: Clock
  alerts: Pick<Alerts, 'raise' | 'resolve' | 'announce'>
  /** Hears that nodes were taken out of service. */
  tookOut: () => void
  report: (text: string) => void
}

/** What the last look saw. */
export interface Seen {
  instances: readonly Instance[]
  /** null: nobody has looked yet. */
  lookedAt: number | null
  /** What could not be read, in sentences. */
  trouble: readonly string[]
}
