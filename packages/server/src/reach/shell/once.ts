import { randomBytes } from 'node:crypto'
import type { Place, ShellHost, ShellStream } from './host.ts'

/** What a login said before is kept up to here, for the case that no program ever came after it. */
const saidBytesMax = 2_000

/**
 * Starts a program (one line of sh); what is written to the stream are its values. What the login prints before it, on either output, is
 * dropped; where the program never began, that is given as error output. Rejects with `ReachFailure`.
 */
export async function openOnce(host: ShellHost, place: Place, program: string): Promise<ShellStream> {
  const mark = randomBytes(16).toString('hex')
  const stream = await host.open('once', place)
  stream.write(`${mark}\n${program}\n`)
  return {
    listen(listener) {
      const [out, err] = [new AfterMark(mark, listener.out), new AfterMark(mark, listener.err)]
      stream.listen({
        out: (bytes) => out.push(bytes),
        err: (bytes) => err.push(bytes),
        closed(end) {
          if (!out.seen) listener.err(Buffer.concat([out.held, err.held]).subarray(0, saidBytesMax))
          listener.closed(end)
        },
      })
    },
    write: (input) => stream.write(input),
    end: () => stream.end(),
    close: () => stream.close(),
  }
}

/** Hands bytes on from the line after the mark. */
class AfterMark {
  seen = false
  held: Buffer = Buffer.alloc(0)
  readonly #line: Buffer
  readonly #take: (bytes: Buffer) => void

  constructor(mark: string, take: (bytes: Buffer) => void) {
    this.#line = Buffer.from(`${mark}\n`, 'latin1')
    this.#take = take
  }

  push(bytes: Buffer): void {
    if (this.seen) {
      this.#take(bytes)
      return
    }
    const held = Buffer.concat([this.held, bytes])
    const at = held.indexOf(this.#line)
    // Of an endless greeting only the end is kept: the mark may be cut in two.
    if (at < 0) this.held = held.length > 2 * saidBytesMax ? held.subarray(held.length - saidBytesMax) : held
    else {
      this.seen = true
      this.held = Buffer.alloc(0)
      const rest = held.subarray(at + this.#line.length)
      if (rest.length > 0) this.#take(rest)
    }
  }
}
