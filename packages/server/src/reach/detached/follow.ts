import { ReachFailure } from '../failure.ts'
import type { ShellHost } from '../shell/host.ts'
import { openOnce } from '../shell/once.ts'
import type { Lines } from './lines.ts'
import { followProgram } from './programs.ts'

/**
 * Copies a detached script's output into `lines`, from where they are, until the script has ended, or the signal aborts. Rejects with
 * `ReachFailure` when the connection is lost.
 */
export async function follow(
  host: ShellHost,
  folder: string,
  lines: { out: Lines; err: Lines },
  signal: AbortSignal,
): Promise<void> {
  const stream = await openOnce(host, 'behind', followProgram)
  await new Promise<void>((resolve, reject) => {
    const stop = () => stream.close()
    signal.addEventListener('abort', stop, { once: true })
    stream.listen({
      out: (bytes) => lines.out.push(bytes),
      err: (bytes) => lines.err.push(bytes),
      closed(end) {
        signal.removeEventListener('abort', stop)
        if (end.kind === 'lost') reject(new ReachFailure('connection-lost', end.text))
        else resolve()
      },
    })
    stream.write(`${folder}\n${lines.out.bytes}\n${lines.err.bytes}\n`)
    if (signal.aborted) stop()
  })
}
