import { type Logger, pino } from 'pino'
import type { Settings } from './settings.ts'

/** The program's own log: one JSON line an event on standard error, so that standard output is for people. */
export function openLog({ logLevel }: Pick<Settings, 'logLevel'>): Logger {
  // Written at once: a line about a crash that sits in a buffer is a line nobody reads.
  return pino(
    { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
}
