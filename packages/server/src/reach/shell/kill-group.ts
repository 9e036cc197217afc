import { type Clock, pause } from '../../model/clock.ts'
import { failureOf } from '../failure.ts'
import type { ShellHost } from './host.ts'
import { openOnce } from './once.ts'

/** Reads a process id; ends its whole group. */
const program = 'read -r pid; kill -s KILL -- "-$pid"'

/** A second channel on a living connection opens in one round trip; the slowest links have 1 s. */
const waitMs = 3_000

/**
 * Ends a shell's process group over a channel of its own. Where that does not get through in time the connection itself is dead, and
 * is given up. Never rejects: who hangs is found again in the next round.
 */
export async function killGroup(host: ShellHost, clock: Clock, pid: string): Promise<void> {
  const over = new AbortController()
  const killed = openOnce(host, 'urgent', program).then(
    (stream) =>
      new Promise<void>((resolve) => {
        stream.listen({ out: ignore, err: ignore, closed: () => resolve() })
        stream.write(`${pid}\n`)
        stream.end()
      }),
    (thrown) => host.suspect(failureOf(thrown).message),
  )
  await Promise.race([killed.then(() => over.abort()), pause(clock, waitMs, over.signal)])
  if (!over.signal.aborted) host.suspect(`${host.nodeName}: nothing answers on the open connection any more.`)
}

function ignore(): void {}
