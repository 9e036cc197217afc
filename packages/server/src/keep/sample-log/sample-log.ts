import type { Sample } from '../../model/sample.ts'

/** One line of the log of counters: whose sample, by name, and what it was. */
export interface LoggedSample {
  cluster: string
  node: string
  counter: string
  /** The JVM's profile, for a counter of a JVM. */
  jvm?: string
  sample: Sample
}

/** The log of counters for people and other tools: one JSON line a sample. */
export interface SampleLog {
  /** Takes samples at once and writes them with the next tick (1 s). Never waits. */
  append(samples: readonly LoggedSample[]): void
  /** Everything appended so far is in the file, as far as the disk takes it. */
  flush(): Promise<void>
  /** Why samples are not being logged now (a full disk) and how many are lost, or null. */
  trouble(): string | null
  close(): Promise<void>
}
