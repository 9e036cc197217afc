import { type CloudWatch, openCloudWatch } from '../act/cloud-watch/cloud-watch.ts'
import { type KeepMin, openKeepMin } from '../act/keep-min/keep-min.ts'
import type { Cycle } from '../cycle.ts'
import type { Clock } from '../model/clock.ts'
import type { Acting } from './open-act.ts'
import type { Keep } from './open-keep.ts'

/** What watches over the number of nodes beside the loop. */
export interface SizeWatch {
  cloudWatch: CloudWatch
  /** Begins to keep clusters at their min; called once runs are driven. */
  keep(cycle: Pick<Cycle, 'clockStep' | 'judge'>): void
  close(): Promise<void>
}

/** Begins to compare the clouds with the nodes. What that takes out of service is made up for at once where a min asks for it. */
export function watchCloud(parts: {
  clock: Clock
  keep: Pick<Keep, 'store' | 'queue' | 'vault'>
  acting: Pick<Acting, 'clouds' | 'alerts' | 'admission' | 'kinds'>
  report: (text: string) => void
}): SizeWatch {
  const { clock, keep, acting, report } = parts
  const { store, queue, vault } = keep
  const { alerts, clouds, admission, kinds } = acting
  let keepMin: KeepMin | undefined
  const tookOut = () => void keepMin?.ask()
  const cloudWatch = openCloudWatch({ store, queue, vault, clouds, clock, alerts, tookOut, report })
  return {
    cloudWatch,
    keep(cycle) {
      keepMin = openKeepMin({
        ...{ store, clock, kinds, admission, alerts, report },
        clockStep: () => cycle.clockStep,
        // A fire like any other: the hits that its trigger has by now are spent.
        began: ({ triggerId, createdAt }) => {
          if (triggerId !== null) cycle.judge.accepted(triggerId, createdAt)
        },
      })
    },
    async close() {
      await cloudWatch.close()
      await keepMin?.close()
    },
  }
}
