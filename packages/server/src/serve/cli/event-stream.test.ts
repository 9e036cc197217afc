import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type EventText, readEvents } from './event-stream.ts'

async function eventsOf(chunks: readonly Uint8Array[]): Promise<EventText[]> {
  async function* stream() {
    yield* chunks
  }
  const events: EventText[] = []
  for await (const event of readEvents(stream())) events.push(event)
  return events
}

const text =
  'retry: 2000\n\nid: a-1\nevent: run\ndata: {"id":1}\n\n: here\n\nevent: log\r\ndata: "ü"\r\ndata: b\r\n\r\ndata:x\n\n'
const expected = [
  { id: 'a-1', event: 'run', data: '{"id":1}' },
  { id: undefined, event: 'log', data: '"ü"\nb' },
  { id: undefined, event: 'message', data: 'x' },
]

test('events have id, name and data; comments and retries are none', async () => {
  expect(await eventsOf([Buffer.from(text)])).toEqual(expected)
})

test('it does not matter how the stream is cut', async () => {
  const bytes = Buffer.from(text.replaceAll('\r', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 8 }), async (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(await eventsOf(chunks)).toEqual(expected)
    }),
    { numRuns: 50 },
  )
})

test('an event that never ends is refused', async () => {
  await expect(eventsOf([Buffer.alloc(5_000_000, 'x')])).rejects.toThrow('an event is too long')
})
