/** One server-sent event. */
export interface EventText {
  id: string | undefined
  event: string
  data: string
}

const pendingCharactersMax = 4 * 1_048_576 // a batch of log lines is a few KiB; this much without an end is no event stream

/** The events of a text/event-stream, in order; comments and events without data are skipped. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventText> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const chunk of chunks) {
    pending += decoder.decode(chunk, { stream: true })
    const blocks = pending.split(/\r?\n\r?\n/)
    pending = blocks.pop() ?? ''
    if (pending.length > pendingCharactersMax) throw new Error('an event is too long')
    for (const block of blocks) {
      const event = readEvent(block)
      if (event) yield event
    }
  }
}

function readEvent(block: string): EventText | undefined {
  const event: EventText = { id: undefined, event: 'message', data: '' }
  const lines: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^([a-z]+)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'data') lines.push(value)
    else if (field === 'id') event.id = value
    else if (field === 'event') event.event = value
  }
  return lines.length === 0 ? undefined : { ...event, data: lines.join('\n') }
}
