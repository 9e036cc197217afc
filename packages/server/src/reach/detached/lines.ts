import { StringDecoder } from 'node:string_decoder'

/** A line that never ends is handed on in pieces of this many characters. */
const lineCharactersMax = 65_536

/** Makes complete lines of bytes as they come. Bytes that are no UTF-8 become U+FFFD. */
export class Lines {
  /** Bytes taken so far. */
  bytes = 0
  readonly #take: (line: string) => void
  readonly #decoder = new StringDecoder('utf8')
  #open = ''

  constructor(take: (line: string) => void) {
    this.#take = take
  }

  push(bytes: Buffer): void {
    this.bytes += bytes.length
    const lines = (this.#open + this.#decoder.write(bytes)).split('\n')
    this.#open = lines.pop() ?? ''
    for (const line of lines) this.#take(line)
    for (; this.#open.length > lineCharactersMax; this.#open = this.#open.slice(lineCharactersMax)) {
      this.#take(this.#open.slice(0, lineCharactersMax))
    }
  }

  /** No more comes: a last line without its end counts as one. */
  end(): void {
    const rest = this.#open + this.#decoder.end()
    this.#open = ''
    if (rest !== '') this.#take(rest)
  }
}
