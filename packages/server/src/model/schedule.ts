import type { Stored } from './record.ts'

/** Fires a trigger, or moves a cluster's min and max, by the calendar. */
export interface Schedule extends Stored {
  name: string
  clusterId: number
  cron: string
  zone: string
  triggerId: number | null
  min: number | null
  max: number | null
  catchUpMs: number | null
  enabled: boolean
}
