/** How long things take in the cloud; the defaults are for tests that want to be through soon. */
export interface CloudTimes {
  /** RunInstances → other actions know the id. */
  hiddenMs: number
  /** A tag is written → Describe calls show it. */
  tagsLateMs: number
  /** pending → running. */
  pendingMs: number
  /** running → the machine starts to boot. */
  bootMs: number
  /** The machine answers → its host keys are in the console output; undefined: never. */
  consoleMs: number | undefined
  stoppingMs: number
  shuttingDownMs: number
  /** terminated → unknown. */
  terminatedVisibleMs: number
}

/** Everything at once, but states that can be seen; a terminated instance stays for an hour, as in EC2. */
export const defaultTimes: CloudTimes = {
  hiddenMs: 0,
  tagsLateMs: 0,
  pendingMs: 50,
  bootMs: 0,
  consoleMs: 0,
  stoppingMs: 20,
  shuttingDownMs: 20,
  terminatedVisibleMs: 3_600_000,
}
