import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Answers } from './answers.ts'

const bytes = Buffer.from(
  'VA 4 kone\r\n1\r\n2\r\nSERVER_ERROR object too large for cache\r\nVA 2 ktwo\r\nü\r\nMN\r\nNF\r\nMN\r\n',
)
const answers = [
  { kind: 'value', key: 'one', text: '1\r\n2' },
  { kind: 'error', text: 'SERVER_ERROR object too large for cache' },
  { kind: 'value', key: 'two', text: 'ü' },
  { kind: 'end' },
  { kind: 'end' },
]

test('answers are the same however the bytes come in pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
      const [reader, places] = [new Answers(), [0, ...cuts.sort((a, b) => a - b), bytes.length]]
      const read = places.slice(1).flatMap((end, n) => reader.take(bytes.subarray(places[n], end)))
      expect(read).toEqual(answers)
    }),
  )
})

test.each([
  {
    name: 'another protocol',
    text: 'HTTP/1.1 400 Bad Request\r\n',
    message: 'it answered "HTTP/1.1 400 Bad Request", which is no answer of memcached\'s',
  },
  { name: 'a value without its key', text: 'VA 3\r\nabc\r\n', message: 'it answered "VA 3", which was not asked for' },
  {
    name: 'a value beyond all limits',
    text: 'VA 99999999 kx\r\n',
    message: 'it answered "VA 99999999 kx", which was not asked for',
  },
  { name: 'a line without an end', text: 'x'.repeat(2_000), message: 'it answered with a line without an end' },
])('$name is refused', ({ text, message }) => {
  expect(() => new Answers().take(Buffer.from(text))).toThrow(message)
})
