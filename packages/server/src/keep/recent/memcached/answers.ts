/** One answer of memcached's meta commands (protocol.txt, "Meta Commands"). */
export type Answer =
  /** A value that was asked for. */
  | { kind: 'value'; key: string; text: string }
  /** Everything before this was answered. */
  | { kind: 'end' }
  /** A command failed. */
  | { kind: 'error'; text: string }

// The longest line is VA with a key of 250 bytes; a peer that never ends one is no memcached.
const lineBytesMax = 1_024
// Where it is not told otherwise memcached takes items of 1 MiB; ours are far smaller.
const valueBytesMax = 8 * 1_048_576

/** Takes bytes in pieces as they come and gives whole answers. Throws for what is no answer: the connection is of no use then. */
export class Answers {
  #rest: Buffer = Buffer.alloc(0)

  take(piece: Buffer): Answer[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const answers: Answer[] = []
    for (let next = this.#next(); next !== undefined; next = this.#next()) answers.push(next)
    return answers
  }

  #next(): Answer | undefined {
    const end = this.#rest.indexOf('\r\n')
    if (end === -1) {
      if (this.#rest.length > lineBytesMax) throw new Error('it answered with a line without an end')
      return undefined
    }
    const line = this.#rest.toString('latin1', 0, end)
    if (line.startsWith('VA ')) return this.#value(line, end + 2)
    this.#rest = this.#rest.subarray(end + 2)
    if (line === 'MN') return { kind: 'end' }
    // To delete what is not there is no failure; 1.6.18 says so even where it is asked to be quiet.
    if (line === 'NF') return this.#next()
    if (/^(ERROR|CLIENT_ERROR|SERVER_ERROR|NS)\b/.test(line)) return { kind: 'error', text: line }
    throw new Error(`it answered ${JSON.stringify(line.slice(0, 80))}, which is no answer of memcached's`)
  }

  #value(line: string, begin: number): Answer | undefined {
    const [, length, key] = /^VA (\d{1,9}) k(\S+)$/.exec(line) ?? []
    const bytes = Number(length)
    if (key === undefined || bytes > valueBytesMax)
      throw new Error(`it answered ${JSON.stringify(line.slice(0, 80))}, which was not asked for`)
    if (this.#rest.length < begin + bytes + 2) return undefined
    const text = this.#rest.toString('utf8', begin, begin + bytes)
    this.#rest = this.#rest.subarray(begin + bytes + 2)
    return { kind: 'value', key, text }
  }
}
