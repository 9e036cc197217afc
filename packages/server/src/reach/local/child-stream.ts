import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { ShellStream, StreamEnd, StreamListener } from '../shell/host.ts'

/** A child process as a stream; made in the turn in which it was started. */
export class ChildStream implements ShellStream {
  readonly #child: ChildProcessWithoutNullStreams
  #end: StreamEnd | undefined

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    child.stdin.on('error', () => {}) // it ended before it read all; "close" says so
    child.once('close', (code) => {
      this.#end = { kind: 'ended', exitCode: code }
    })
  }

  listen({ out, err, closed }: StreamListener): void {
    this.#child.stdout.on('data', out)
    this.#child.stderr.on('data', err)
    if (this.#end !== undefined) closed(this.#end)
    else this.#child.once('close', () => closed(this.#end ?? { kind: 'ended', exitCode: null }))
  }

  write(input: string | Uint8Array): void {
    this.#child.stdin.write(input)
  }

  end(): void {
    this.#child.stdin.end()
  }

  close(): void {
    this.#child.stdin.end()
    this.#child.stdout.destroy()
    this.#child.stderr.destroy()
  }
}
