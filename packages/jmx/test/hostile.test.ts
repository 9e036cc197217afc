import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readCaptures } from '../fuzz/captures.ts'
import { JmxError } from '../src/jmx.ts'
import { limits } from '../src/limits.ts'
import { hostileServer } from './hostile-server.ts'
import { connectForTest, troubleOf } from './jvms.ts'

const HEADER = '51aced0005770f0100000001000000000000000000ff'
const utf = (text: string) => `${text.length.toString(16).padStart(4, '0')}${Buffer.from(text).toString('hex')}`
/** A class: name, SUID 0, flags, no fields, no annotation; the super class follows. */
const desc = (name: string, flags = '02') => `72${utf(name)}0000000000000000${flags}000078`
const OBJECTS = `${desc('[Ljava.lang.Object;')}70`
const wire = (hex: string) => Buffer.from(hex.replace(/\s/g, ''), 'hex')

/** Object[2] of Object[2] of … where both are the same: 2^n values of some bytes. */
function laughs(levels: number): string {
  let hex = `75${OBJECTS}00000002`
  for (let level = 1; level < levels; level++) hex += `7571007e000000000002`
  hex += '70'.repeat(2)
  // Each array's second element is its first one: handle 0 is the class, the arrays follow.
  for (let level = levels - 1; level > 0; level--) hex += `71${(0x7e0001 + level).toString(16).padStart(8, '0')}`
  return hex
}

/** Object[n] whose element k holds element k − 1: a tree as deep as it is long, by references back. */
function backwards(length: number): string {
  // It is hidden in a class's annotation, so that nothing is read before the deepest.
  let chain = `75${OBJECTS}0000000170`
  for (let index = 1; index < length; index++) {
    chain += `7571007e000100000001 71${(0x7e0002 + index - 1).toString(16).padStart(8, '0')}`
  }
  const last = (0x7e0002 + length - 1).toString(16).padStart(8, '0')
  return `7572${utf('[Ljava.lang.Object;')}0000000000000000020000${chain}7870 00000001 71${last}`
}

test.each([
  { name: 'an array of 2 GB', hex: `75${desc('[J')}70 7fffffff`, code: 'reply-too-large' },
  { name: 'an array of objects of 2 GB', hex: `75${OBJECTS}7fffffff`, code: 'reply-too-large' },
  { name: 'an array of a negative length', hex: `75${OBJECTS}ffffffff`, code: 'broken-reply' },
  { name: 'a text of 2^62 bytes', hex: '7c4000000000000000', code: 'reply-too-large' },
  { name: 'block data of 2 GB', hex: `73${desc('x', '03')}70 7a7fffffff`, code: 'reply-too-large' },
  { name: 'block data of a negative length', hex: `73${desc('x', '03')}70 7affffffff`, code: 'broken-reply' },
  {
    name: 'arrays in arrays, ten thousand deep',
    hex: `75${OBJECTS}00000001${'7571007e000000000001'.repeat(10_000)}`,
    code: 'reply-too-large',
  },
  { name: 'a class with a hundred super classes', hex: `73${desc('x').repeat(100)}70`, code: 'reply-too-large' },
  { name: 'fifty super classes', hex: `73${desc('x').repeat(50)}70`, code: 'reply-too-large' },
  { name: 'a class of 65,535 fields', hex: `7372${utf('x')}000000000000000002ffff`, code: 'reply-too-large' },
  { name: 'a proxy of 2^31 − 1 interfaces', hex: '737d7fffffff', code: 'reply-too-large' },
  {
    name: 'a flood of class descriptions',
    hex: `75${OBJECTS}00fffff0${`${desc('x')}70`.repeat(270_000)}`,
    code: 'reply-too-large',
  },
  { name: 'a handle that was never given', hex: '71007e0005', code: 'broken-reply' },
  { name: 'a handle below all', hex: '7180000000', code: 'broken-reply' },
  { name: 'an object whose class is a text', hex: '7374000161', code: 'broken-reply' },
  { name: 'a class that is its own super class', hex: `73${desc('x')}71007e0000`, code: 'broken-reply' },
  {
    name: 'a field of a type that does not exist',
    hex: `7372${utf('x')}0000000000000000020001 51 ${utf('f')}7870 00`,
    code: 'broken-reply',
  },
  { name: 'forty doublings of one array', hex: laughs(40), code: 'reply-too-large' },
  { name: 'a tree that is deep by references back', hex: backwards(5_000), code: 'reply-too-large' },
  { name: 'no object at all', hex: 'ff', code: 'broken-reply' },
  { name: 'resets without end', hex: '79'.repeat(300_000), code: 'reply-too-large' },
  { name: 'empty blocks without end', hex: `73${desc('x', '03')}70${'7700'.repeat(300_000)}`, code: 'reply-too-large' },
])('$name', async ({ hex, code }) => {
  const options = await hostileServer((socket) => socket.write(wire(HEADER + hex)))
  const connection = await connectForTest(options)
  const error = await troubleOf(connection.getAttribute('a:b=c', 'D'))
  expect(error.code).toBe(code)
  expect(error.message).toMatch(/^JMX on 127\.0\.0\.1:\d+: a:b=c D: the reply /)
  // What can be decoded is no list of attributes.
  expect([code, 'broken-reply']).toContain((await troubleOf(connection.prepare('a:b=c', ['D', 'E']).read())).code)
})

/** Writes the same again and again, as fast as it is taken. */
function pour(socket: Socket, bytes: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes)) {}
  }
  socket.on('drain', more)
  more()
}

test.each([
  {
    name: 'blocks of one byte',
    first: `${HEADER}73${desc('x', '03')}70`,
    again: '770100'.repeat(1_000),
    code: 'reply-too-large',
  },
  { name: 'header blocks without a byte', first: '51aced0005', again: '7700'.repeat(1_000), code: 'reply-too-large' },
  {
    name: 'objects',
    first: `${HEADER}75${OBJECTS}00fffff0`,
    again: '70'.repeat(10_000),
    code: 'reply-too-large',
  },
])('an endless answer of $name ends, and little is kept of it', async ({ first, again, code }) => {
  const options = await hostileServer((socket) => {
    socket.write(wire(first))
    pour(socket, wire(again))
  })
  const connection = await connectForTest({ ...options, timeoutMs: 5_000 })
  const before = process.memoryUsage.rss()
  expect((await troubleOf(connection.getAttribute('a:b=c', 'D'))).code).toBe(code)
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024)
})

test('silence, and an answer that drips without end, take as long as the time limit', async () => {
  const drops: NodeJS.Timeout[] = []
  const options = await hostileServer((socket, call) => {
    if (call % 2 === 0) return
    socket.write(wire(`${HEADER}7c0000000000100000`))
    drops.push(setInterval(() => socket.write(Buffer.of(0)), 5))
  })
  const connection = await connectForTest({ ...options, timeoutMs: 300 })
  const started = performance.now()
  for (let call = 0; call < 2; call++)
    expect((await troubleOf(connection.getAttribute('a:b=c', 'D'))).code).toBe('timeout')
  expect(performance.now() - started).toBeLessThan(3_000)
  for (const drop of drops) clearInterval(drop)
})

test('bytes that nobody has asked for end the connection, not the session', async () => {
  const [long] = readCaptures().filter(({ name }) => name === 'kinds-Long.reply')
  const options = await hostileServer((socket) =>
    socket.write(Buffer.concat([long?.bytes ?? Buffer.alloc(0), Buffer.of(0x51)])),
  )
  const connection = await connectForTest(options)
  for (let call = 0; call < 3; call++) expect(await connection.getAttribute('a:b=c', 'D')).toBe(1_234_567_890_123)
})

test('an answer that is cut at any byte is a lost connection, never a value', { timeout: 60_000 }, async () => {
  const captures = readCaptures().filter(({ name }) =>
    /^(kinds-Long|kinds-Texts|exception-missing-mbean)\.reply$/.test(name),
  )
  for (const { bytes } of captures) {
    const step = Math.ceil(bytes.length / 150)
    let cut = 0
    const options = await hostileServer((socket) => socket.end(bytes.subarray(0, cut)))
    const connection = await connectForTest(options)
    for (; cut < bytes.length; cut += step)
      expect((await troubleOf(connection.getAttribute('a:b=c', 'D'))).code, `cut at ${cut}`).toBe('connection-lost')
  }
})

test.each([1_000, 150_000])('an honest list of %d texts is read, and read again', async (count) => {
  const options = await hostileServer((socket) => {
    const length = count.toString(16).padStart(8, '0')
    socket.write(wire(`${HEADER}75${OBJECTS}${length}${'740002c3a9'.repeat(count)}`))
  })
  const connection = await connectForTest({ ...options, timeoutMs: 5_000 })
  const reader = connection.prepare('a:b=c', ['D'])
  for (let round = 0; round < 3; round++) expect(await reader.read()).toEqual([new Array(count).fill('é')])
})

test('more calls than may wait are refused at once, and the others wait', async () => {
  const options = await hostileServer(() => {})
  const connection = await connectForTest({ ...options, timeoutMs: 3_000 })
  const reader = connection.prepare('a:b=c', ['D'])
  const codes = Array.from({ length: limits.waitingCallsMax + 10 }, () => reader.read().catch(({ code }) => code))
  expect((await Promise.all(codes.slice(-10))).flat().map(codeOf)).toEqual(new Array(10).fill('too-many-calls'))
  await connection.close()
  expect(codeOf(await codes[0])).toBe('closed')
})

const codeOf = (outcome: unknown) => (outcome instanceof JmxError ? outcome.code : outcome)
