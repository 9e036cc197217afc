import { expect, test } from 'vitest'
import { readCaptures } from '../fuzz/captures.ts'
import { Inbox, viewOf } from '../src/bytes/inbox.ts'
import { ReturnDecoder } from '../src/jrmp/return-decoder.ts'
import { WriteAborted } from '../src/serialization/write-aborted.ts'
import { toValue } from '../src/values/convert.ts'

/** The value of a reply, or what stopped it. */
function outcomeOf(decoder: ReturnDecoder): unknown {
  const { returned } = decoder
  return toValue(returned.kind === 'exception' ? returned.exception : returned.content)
}

const BYTES_MAX = 6_000 // every cut of a longer one would take minutes, and shows nothing else

test.each(readCaptures())(
  '$name, cut at every byte, waits for the rest and is then what it is',
  ({ bytes, kind, name }) => {
    const view = viewOf(bytes)
    const readFrom = (decoder: ReturnDecoder, end: number) => {
      try {
        return decoder.read(bytes, view, 0, end)
      } catch (thrown) {
        if (thrown instanceof WriteAborted) return 'broken off'
        throw thrown
      }
    }
    const whole = new ReturnDecoder(kind)
    const length = readFrom(whole, bytes.length)
    if (!name.startsWith('broken-')) expect(length).toBe(bytes.length)
    const expected = typeof length === 'number' ? outcomeOf(whole) : length
    const last = bytes.length < BYTES_MAX && typeof length === 'number' ? bytes.length : 0
    for (let cut = 0; cut < last; cut++) {
      const decoder = new ReturnDecoder(kind)
      expect(readFrom(decoder, cut)).toBe(0)
      expect(readFrom(decoder, bytes.length)).toBe(length)
      if (cut % 97 === 0) expect(outcomeOf(decoder)).toEqual(expected)
    }
  },
)

test.each(readCaptures())('$name, come byte by byte, is the same', ({ bytes, kind }) => {
  const inbox = new Inbox()
  const [decoder, whole] = [new ReturnDecoder(kind), new ReturnDecoder(kind)]
  const chunk = Buffer.alloc(1)
  const outcome = (read: () => number) => {
    try {
      return read()
    } catch (thrown) {
      return thrown instanceof WriteAborted ? thrown.message : thrown
    }
  }
  const expected = outcome(() => whole.read(bytes, viewOf(bytes), 0, bytes.length))
  let last: unknown = 0
  for (let index = 0; index < bytes.length && last === 0; index++) {
    chunk[0] = bytes[index] ?? 0
    inbox.push(chunk, viewOf(chunk), 1)
    last = outcome(() => decoder.read(inbox.bytes, inbox.view, inbox.start, inbox.end))
    inbox.keep()
  }
  expect(last).toEqual(expected)
  if (typeof last === 'number') expect(outcomeOf(decoder)).toEqual(outcomeOf(whole))
})
