import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Transform } from 'node:stream'
import { reapAtExit } from '../../reaper.ts'
import type { SshInput } from '../../ssh-pretend.ts'
import type { Counters } from '../load/load.ts'

/** Where a pretend node's commands find its counters. */
export interface CounterFiles {
  /** The node's own folder: its home, and where commands start. */
  folder: string
  env: Readonly<Record<string, string>>
  /** Brings the files up to date and leads `/proc/loadavg` to the node's own. */
  input: SshInput
  remove(): Promise<void>
}

/** Makes the node's folder. It goes with this process at the latest. */
export async function makeCounterFiles(counters: () => Counters): Promise<CounterFiles> {
  // The name and "/l" are as long as "/proc/loadavg": scripts that are sent with their length stay as long as they say.
  const folder = await mkdtemp('/tmp/')
  const own = join(folder, 'l')
  const tag = `REHEARSAL_NODE=${basename(folder)}`
  const forget = reapAtExit({ root: undefined, tag }, folder)
  const refresh = () => writeCounters(folder, counters())
  refresh()
  return {
    folder,
    env: { HOME: folder, REHEARSAL_COUNTERS: folder, REHEARSAL_NODE: basename(folder) },
    input: {
      command(text) {
        refresh()
        return text.replaceAll(LOADAVG, own)
      },
      stream: () => leadAside(own, refresh),
    },
    async remove() {
      forget()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const LOADAVG = '/proc/loadavg'

function writeCounters(folder: string, counters: Counters): void {
  const load = counters.load.toFixed(2)
  const files = {
    l: `${load} ${load} ${load} 1/100 4711`, // proc(5): three averages, running/all, newest process
    load,
    'heap-used-bytes': counters.heapUsedBytes,
    'heap-max-bytes': counters.heapMaxBytes,
    'requests-per-second': counters.requestsPerSecond,
    sessions: counters.sessions,
  }
  // In one go: the command that reads them is about to be sent.
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), `${value}\n`)
}

/** Replaces the path in a stream, also where it falls on two chunks. */
function leadAside(own: string, refresh: () => void): Transform {
  let held = ''
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      refresh()
      const text = (held + chunk.toString('latin1')).replaceAll(LOADAVG, own)
      held = beginningAtEnd(text)
      done(null, Buffer.from(text.slice(0, text.length - held.length), 'latin1'))
    },
    flush(done) {
      done(null, Buffer.from(held, 'latin1'))
    },
  })
}

/** The longest end of `text` that may be the beginning of the path; a lone "/" is let through, as `cd /` may wait. */
function beginningAtEnd(text: string): string {
  for (let length = LOADAVG.length - 1; length > 1; length -= 1) {
    if (text.endsWith(LOADAVG.slice(0, length))) return LOADAVG.slice(0, length)
  }
  return ''
}
