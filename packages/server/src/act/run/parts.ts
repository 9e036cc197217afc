import type { Queue } from '../../keep/queue/queue.ts'
import type { Vault } from '../../keep/secrets/secrets.ts'
import type { Store } from '../../keep/store/store.ts'
import type { Clock } from '../../model/clock.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { ActionKinds } from '../plan.ts'
import type { Machines } from '../scene.ts'

/** What a run's moves are decided with. */
export interface TurnParts {
  kinds: ActionKinds
  machines: Machines
  /** How many nodes automatic runs may change in 5 minutes; null: the default of the guard. */
  blastNodesMax: number | null
}

/** Everything that runs are driven with. */
export interface EngineParts extends TurnParts {
  store: Store
  queue: Queue
  clock: Clock
  vault: Vault
  alerts: Alerts
  /** Whether commands may run on tscaler's own machine. */
  serverCommands: boolean
  /** Where links point to; null: links are paths. */
  publicUrl: string | null
  /** Trouble that no run and no alert tells of, in a sentence. */
  report: (text: string) => void
}
