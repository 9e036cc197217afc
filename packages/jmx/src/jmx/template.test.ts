import { describe, expect, test } from 'vitest'
import { readCaptures } from '../../fuzz/captures.ts'
import { viewOf } from '../bytes/inbox.ts'
import { AttributesReply } from './attributes-reply.ts'
import { Templates } from './template.ts'

/** Reads each reply in turn with the same templates; says of each whether a template read it. */
function readInTurn(
  replies: readonly Buffer[],
  answers: 'one' | ReadonlyMap<string, number>,
): { values: unknown; quickly: boolean }[] {
  const templates = new Templates()
  return replies.map((bytes) => {
    const view = viewOf(bytes)
    const found = templates.find(bytes, view, 0, bytes.length)
    const reply = new AttributesReply({ templates, answers })
    expect(reply.read(bytes, view, 0, bytes.length)).toBe(bytes.length)
    return { values: reply.result(), quickly: found !== undefined }
  })
}

function capture(name: string): { bytes: Buffer; answers: 'one' | ReadonlyMap<string, number> } {
  const found = readCaptures().find((each) => each.name === `${name}.reply`)
  return { bytes: found?.bytes ?? Buffer.alloc(0), answers: found?.answers ?? 'one' }
}

/** The same reply with another return id, and other bytes at the end. */
function changed(bytes: Buffer, end: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.fill(0xee, 8, 22)
  copy.write(end, bytes.length - end.length / 2, 'hex')
  return copy
}

describe('a reply of a known shape is read from where its numbers stand', () => {
  test.each([
    { name: 'kinds-Long', end: '0000000000000005', values: [5] },
    { name: 'kinds-Long', end: '7fffffffffffffff', values: [9_223_372_036_854_775_807n] },
    { name: 'kinds-Int', end: 'ffffffff', values: [-1] },
    { name: 'kinds-Double', end: '7ff8000000000000', values: [Number.NaN] },
    { name: 'kinds-Float', end: '3f800000', values: [1] },
    { name: 'kinds-Short', end: '8000', values: [-32_768] },
    { name: 'kinds-Byte', end: '7f', values: [127] },
    { name: 'kinds-Boolean', end: '00', values: [false] },
    { name: 'kinds-Char', end: '0041', values: ['A'] },
    { name: 'kinds-Ints', end: '00000007', values: [[1, -2, 7]] },
    { name: 'kinds-AtomicLong', end: '0000000000000005', values: [5] },
  ])('$name ending in $end', ({ name, end, values }) => {
    const { bytes, answers } = capture(name)
    const [first, second] = readInTurn([bytes, changed(bytes, end)], answers)
    expect(first?.quickly).toBe(false)
    expect(second).toEqual({ values, quickly: true })
  })

  test('in bulk, and in composites', () => {
    for (const name of ['bulk-counters', 'bulk-memory', 'bulk-arrays', 'kinds-Composite', 'bulk-mixed']) {
      const { bytes, answers } = capture(name)
      const [first, second] = readInTurn([bytes, changed(bytes, '')], answers)
      expect(second).toEqual({ values: first?.values, quickly: true })
    }
  })
})

test('a text of another length or content is another shape', () => {
  const { bytes, answers } = capture('kinds-Text')
  const other = Buffer.from(bytes)
  other[other.length - 3] = 0x41
  const [first, second, third] = readInTurn([bytes, other, bytes], answers)
  expect(first?.values).not.toEqual(second?.values)
  expect([first?.quickly, second?.quickly, third?.quickly]).toEqual([false, false, true])
})

test('an exception has no shape, and is read after a value and before one', () => {
  const exception = capture('exception-missing-attribute').bytes
  const { bytes, answers } = capture('kinds-Long')
  const templates = new Templates()
  for (const reply of [bytes, exception, bytes, exception]) {
    const reader = new AttributesReply({ templates, answers })
    expect(reader.read(reply, viewOf(reply), 0, reply.length)).toBe(reply.length)
    if (reply === exception) expect(() => reader.result()).toThrow('No such attribute: Missing')
    else expect(reader.result()).toEqual([1_234_567_890_123])
  }
})

test('the beginning of a known shape waits for the rest, at every cut', () => {
  const { bytes, answers } = capture('bulk-counters')
  const templates = new Templates()
  const first = new AttributesReply({ templates, answers })
  first.read(bytes, viewOf(bytes), 0, bytes.length)
  for (let cut = 0; cut < bytes.length; cut++) {
    const reply = new AttributesReply({ templates, answers })
    expect(reply.read(bytes, viewOf(bytes), 0, cut)).toBe(0)
    expect(reply.read(bytes, viewOf(bytes), 0, bytes.length)).toBe(bytes.length)
    expect(reply.result()).toEqual(first.result())
  }
})

test('whoever asks for the same names and gets the same shape has the same template; other names have another', () => {
  const { bytes, answers } = capture('bulk-counters')
  const names = answers === 'one' ? [] : [...answers.keys()]
  const templateOf = (reply: Buffer, asked: typeof answers) => {
    const templates = new Templates()
    new AttributesReply({ templates, answers: asked }).read(reply, viewOf(reply), 0, reply.length)
    const found = templates.find(reply, viewOf(reply), 0, reply.length)
    return typeof found === 'object' ? found : undefined
  }
  const [one, another] = [
    templateOf(bytes, answers),
    templateOf(changed(bytes, ''), answers === 'one' ? answers : new Map(answers)),
  ]
  expect(one).toBeDefined()
  expect(another).toBe(one)
  const backwards = new Map(names.toReversed().map((name, index) => [name, index]))
  const other = templateOf(bytes, backwards)
  expect(other).not.toBe(one)
  expect(other?.values(viewOf(bytes), 0)).toEqual(one?.values(viewOf(bytes), 0).toReversed())
})

test('what a template gives belongs to the caller: changing it changes no later answer', () => {
  const { bytes, answers } = capture('kinds-Composites')
  const replies = readInTurn([bytes, bytes], answers)
  const [before] = replies.map(({ values }) =>
    JSON.stringify(values, (_, each) => (typeof each === 'bigint' ? String(each) : each)),
  )
  const [, , third] = readInTurn([bytes, bytes, bytes], answers)
  expect(JSON.stringify(third?.values, (_, each) => (typeof each === 'bigint' ? String(each) : each))).toBe(before)
})
