import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { Place, ShellHost } from './host.ts'

/** What a program gave that ran to its end. */
export interface Outcome {
  /** null where it was killed. */
  exitCode: number | null
  out: string
  err: string
}

/** The most that is kept of each output; these programs print a few lines. */
const keptBytesMax = 65_536

/**
 * Runs a program (one line of sh) with `input` for its values. Rejects with `ReachFailure` when the connection can't be had or is lost,
 * or the program is not done in time.
 */
export async function runOnce(
  host: ShellHost,
  {
    program,
    input,
    place,
    clock,
    limitMs,
  }: { program: string; input: string; place: Place; clock: Clock; limitMs: number },
): Promise<Outcome> {
  const stream = await host.open('once', place)
  return await new Promise((resolve, reject) => {
    const kept = { out: '', err: '' }
    const keep = (name: 'out' | 'err') => (bytes: Buffer) => {
      if (kept[name].length < keptBytesMax) kept[name] += bytes.toString()
    }
    const cancel = clock.after(limitMs, () => {
      stream.close()
      reject(
        new ReachFailure(
          'timeout',
          `${host.nodeName}: no answer within ${limitMs / 1_000} s. See whether the machine or its disk hangs.`,
        ),
      )
    })
    stream.listen({
      out: keep('out'),
      err: keep('err'),
      closed(end) {
        cancel()
        if (end.kind === 'lost') reject(new ReachFailure('connection-lost', end.text))
        else resolve({ exitCode: end.exitCode, ...kept })
      },
    })
    stream.write(`${program}\n${input}`)
    stream.end()
  })
}
