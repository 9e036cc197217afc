import type { Alerts } from '../act/alerts/alerts.ts'
import type { CloudWatch } from '../act/cloud-watch/cloud-watch.ts'
import type { History } from '../keep/history/history.ts'
import type { Queue } from '../keep/queue/queue.ts'
import type { Recent } from '../keep/recent/recent.ts'
import type { KeyRing } from '../keep/secrets/key-ring.ts'
import type { Store } from '../keep/store/store.ts'
import type { ActionType, Effect } from '../model/action.ts'
import type { Clock } from '../model/clock.ts'
import type { Rights } from '../model/people.ts'
import type { Clouds } from '../reach/cloud/cloud.ts'
import type { FieldBook, Secrets } from '../wire/convert/show.ts'
import type { Judge } from './judge.ts'
import type { Machines } from './machines.ts'
import type { Measure } from './measure.ts'
import type { RunDesk } from './run-desk.ts'

/** Who asks: named as the audit trail names them (`admin`, `token:ci`, `os:root`), with what they may do. */
export interface Asker extends Rights {
  who: string
  /** null: nobody of the users, as over the local socket. */
  userId: number | null
  /** Signed in with a password alone where a second factor is required: may do nothing but set it up. */
  mustEnrol?: boolean
}

/** What changing and showing the configuration works with. */
export interface ConfigDesk {
  store: Store
  queue: Queue
  secrets: Secrets
  clock: Clock
  /** The declared fields of all sources and actions. */
  fields: FieldBook
  effects: Readonly<Record<ActionType, Effect>>
}

/** Everything that the desk's functions work with; main puts it together. */
export interface Desk extends ConfigDesk {
  keyRing: KeyRing
  recent: Recent
  history: History
  machines: Machines
  clouds: Clouds
  cloudWatch: Pick<CloudWatch, 'seen' | 'fresh' | 'end'>
  runs: RunDesk
  /** Tells of alerts that were written here, and mails them. */
  alerts: Pick<Alerts, 'announce'>
  judge: Judge
  /** The server's version, for the status. */
  version: string
  serverCommands: boolean
  /** What is not well with tscaler itself, in sentences. */
  trouble(): string[]
  /** What the loop and the engine measure, for /metrics. */
  measures(): Measure[]
}
