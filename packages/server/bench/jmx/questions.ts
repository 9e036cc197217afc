import type { Address } from '@tscaler/rehearsal/address.ts'

/** The counters of each MBean `rehearsal:type=Counters,n=…`, in the order in which they are read. */
export const counterNames = [
  'Requests',
  'Errors',
  'BytesSent',
  'BytesReceived',
  'Sessions',
  'UptimeMs',
  'Load',
  'BusyShare',
  'Threads',
  'Queued',
]

/** What the process with our client is asked, in this order: once `begin`, then `measure` as often as wanted. */
export type ReadQuestion =
  | {
      kind: 'begin'
      jvms: Address[]
      connectionsEach: number
      /** One attribute a request, or an MBean's ten. */
      reads: 'single' | 'bulk'
      /** Requests under way on each connection. */
      depth: number
      /** MBeans of ten counters that are read in each JVM. */
      mbeans: number
    }
  | { kind: 'measure'; forMs: number; profile: string | null }

/** What it answers to `measure`. */
export interface ReadFigures {
  values: number
  wallS: number
  /** Own processor time, all threads. */
  cpuS: number
}

/** What the process that polls many JVMs is asked, in this order. */
export type PollQuestion =
  /**
   * Connects to all and reads each once a period from then on, spread over it; answered when each has been read once.
   */
  { kind: 'begin'; jvms: Address[]; periodMs: number } | { kind: 'measure'; forMs: number; profile: string | null }

/** What it answers; to `measure` since it was asked. */
export interface PollFigures extends ReadFigures {
  /** Reads that failed or were still under way when the next was due. */
  lost: number
  /** The last failure's text, empty where there was none. */
  lastFailure: string
}
