import { expect, test } from 'vitest'
import { readCaptures } from '../fuzz/captures.ts'
import { viewOf } from '../src/bytes/inbox.ts'
import { ReturnDecoder } from '../src/jrmp/return-decoder.ts'
import { toValue } from '../src/values/convert.ts'
import type { JavaValue } from '../src/values/value.ts'

/** What the JVM's answers of this name are as plain values. */
function valueIn(name: string): JavaValue {
  const capture = readCaptures().find((each) => each.name === `kinds-${name}.reply`)
  const bytes = capture?.bytes ?? Buffer.alloc(0)
  const decoder = new ReturnDecoder('object')
  decoder.read(bytes, viewOf(bytes), 0, bytes.length)
  if (decoder.returned.kind === 'exception') throw new Error(`${name} is an exception`)
  return toValue(decoder.returned.content)
}

test.each<[name: string, value: unknown]>([
  ['LongLastSafe', 9_007_199_254_740_991],
  ['LongPastSafe', 9_007_199_254_740_993n],
  ['LongMin', -9_223_372_036_854_775_808n],
  ['DoubleNaN', Number.NaN],
  ['DoubleMinusZero', -0],
  ['Float', Math.fround(0.1)],
  ['BooleanByGet', false],
  ['CharSurrogate', '\ud83d'],
  ['TextAstral', 'é€😀!'],
  ['TextNul', 'a\0b'],
  ['TextNull', null],
  ['Date', new Date(1_700_000_000_123)],
  ['DateFar', { class: 'java.util.Date', fields: { time: 9_223_372_036_854_775_807n } }],
  ['BigInteger', 2n ** 100n + 1n],
  ['BigIntegerNegative', -(2n ** 64n)],
  ['BigIntegerZero', 0n],
  ['BigDecimal', '-12345678901234567890.0123456789'],
  ['BigDecimalExponent', '1200000'],
  ['Bytes', Uint8Array.of(0, 1, 127, 128, 255)],
  ['Longs', [1, 9_223_372_036_854_775_807n, -9_007_199_254_740_993n]],
  ['Chars', 'a\0\ude00'],
  ['Texts', ['one', null, '', 'one']],
  ['Grid', [[1, 2], [], null, [3]]],
  ['ListUnmodifiable', ['a', 'b']],
  ['TreeSet', ['a', 'b']],
  [
    'TreeMap',
    new Map([
      [2, 'two'],
      [10, 'ten'],
    ]),
  ],
  [
    'MapConcurrent',
    new Map([
      ['a', 'A'],
      ['b', 'B'],
    ]),
  ],
  ['MapEmpty', new Map()],
  ['Composite', { bytes: 2048, count: 7, name: 'shop' }],
  [
    'Tabular',
    new Map([0, 1, 2].map((count) => [`shop${count}`, { bytes: 2 ** (20 * count), count, name: `shop${count}` }])),
  ],
  ['ObjectName', 'rehearsal:type=Kinds,b=2,a=1'],
  ['EnumWithBody', 'GREEN'],
  ['Uuid', '0190b0a8-7a3c-7def-8123-456789abcdef'],
  ['ClassOfString', 'java.lang.String'],
  ['AtomicLong', 9_007_199_254_740_993n],
  ['AtomicBoolean', true],
  ['Duration', 'PT1M30.000000005S'],
  ['Instant', '2023-11-14T22:13:20.123456789Z'],
  ['LocalTime', '01:00'],
  ['ZonedDateTime', '2024-02-29T23:59:58.000000007+01:00[Europe/Berlin]'],
  ['OffsetDateTime', '2024-02-29T23:59:58.000000007+05:30'],
  ['Cycle', ['before', null, 'after']],
])('%s', (name, value) => expect(valueIn(name)).toEqual(value))

test('names of a server are never more than names', () => {
  const composite = valueIn('CompositeProto')
  expect(Object.getPrototypeOf(composite)).toBeNull()
  expect(Object.entries(composite ?? {})).toEqual([
    ['__proto__', 1],
    ['a.b', 3.5],
    ['constructor', 'two'],
  ])
  expect(valueIn('HashMap')).toEqual(
    new Map<unknown, unknown>([
      [null, 'no key'],
      ['one', 1],
      ['__proto__', 3],
      ['nothing', null],
    ]),
  )
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('tables of two keys are told apart by the JSON of both', () => {
  const table = valueIn('TabularTwoKeys')
  expect(table instanceof Map && [...table.keys()].sort()).toEqual(['["shop0","0"]', '["shop1","1"]', '["shop2","2"]'])
})

test('an object of a class of its own is its class, its fields and what it wrote besides', () => {
  expect(valueIn('Point')).toEqual({ class: 'Kinds$Point', fields: { x: 3, label: 'here' } })
  expect(valueIn('Odd')).toEqual({
    class: 'Kinds$Odd',
    fields: { x: 3, label: 'here', own: 7 },
    contents: ['in between'],
  })
  expect(valueIn('Exception')).toMatchObject({
    class: 'java.lang.IllegalStateException',
    message: 'kept',
    cause: { message: 'why', cause: null },
  })
})

test('what is shared on the wire is shared here', () => {
  const list = valueIn('SharedTwice')
  expect(Array.isArray(list) && list[0] === list[1]).toBe(true)
})
