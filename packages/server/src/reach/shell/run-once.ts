import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { Place, ShellHost, ShellStream } from './host.ts'
import { openOnce } from './once.ts'

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
export function runOnce(
  host: ShellHost,
  wish: { program: string; input: string | Uint8Array; place: Place; clock: Clock; limitMs: number },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let opened: ShellStream | undefined
    let waited = true
    const cancel = wish.clock.after(wish.limitMs, () => {
      waited = false
      opened?.close()
      const text = `${host.nodeName}: no answer within ${wish.limitMs / 1_000} s. See whether the machine or its disk hangs, and that its sshd allows 3 sessions a connection or more (MaxSessions).`
      reject(new ReachFailure('timeout', text))
    })
    openOnce(host, wish.place, wish.program).then(
      (stream) => {
        opened = stream
        if (waited) collect(stream, wish.input, cancel, resolve, reject)
        else stream.close()
      },
      (thrown) => {
        cancel()
        reject(thrown)
      },
    )
  })
}

function collect(
  stream: ShellStream,
  input: string | Uint8Array,
  cancel: () => void,
  resolve: (outcome: Outcome) => void,
  reject: (failure: ReachFailure) => void,
): void {
  const kept = { out: '', err: '' }
  const keep = (name: 'out' | 'err') => (bytes: Buffer) => {
    if (kept[name].length < keptBytesMax) kept[name] += bytes.toString()
  }
  stream.listen({
    out: keep('out'),
    err: keep('err'),
    closed(end) {
      cancel()
      if (end.kind === 'lost') reject(new ReachFailure('connection-lost', end.text))
      else resolve({ exitCode: end.exitCode, ...kept })
    },
  })
  if (input.length > 0) stream.write(input)
  stream.end()
}
