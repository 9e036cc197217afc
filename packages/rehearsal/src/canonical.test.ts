import { describe, expect, test } from 'vitest'
import { canonicalLike } from './canonical.ts'
import { dumpMBeans } from './java-client.ts'
import { startJvm } from './jvm.ts'
import { requirePart } from './parts.ts'

const { skip } = requirePart('java')

const shared = ['same']

/** What KindsMBean.java has, in JavaScript. */
const kinds: Record<string, unknown> = {
  IntMin: -2_147_483_648,
  LongMax: 2n ** 63n - 1n,
  LongLastSafe: Number.MAX_SAFE_INTEGER,
  Double: 1 / 3,
  DoubleWhole: 17,
  DoubleHuge: 1e300,
  DoubleTiny: Number.MIN_VALUE,
  DoubleNaN: Number.NaN,
  DoubleMinusInfinity: Number.NEGATIVE_INFINITY,
  DoubleMinusZero: -0,
  Float: Math.fround(0.1),
  Boolean: true,
  BoxedNull: null,
  CharSurrogate: '\ud83d',
  Text: 'plain "text" with \\ and\ttab\n',
  TextAstral: 'é€😀!',
  TextNul: 'a\0b',
  Date: new Date(1_700_000_000_123),
  BigInteger: 2n ** 100n + 1n,
  Bytes: Uint8Array.of(0, 1, 127, 128, 255),
  Grid: [[1, 2], [], null, [3]],
  Chars: 'a\0\ude00',
  HashSet: new Set(['c', 'b', 'a']),
  TreeSet: ['a', 'b'],
  LinkedHashSet: ['z', 'a'],
  BigDecimal: '-12345678901234567890.0123456789',
  Enum: 'RED',
  DateFar: { class: 'java.util.Date', fields: { time: 2n ** 63n - 1n } },
  Point: { class: 'Kinds$Point', fields: { x: 3 } },
  Composite: { name: 'shop', count: 7, bytes: 2_048 },
  Composites: [{ name: 'a', count: 1, bytes: 1 }, null, { bytes: 2n ** 63n - 1n, name: 'b', count: 2 }],
  CompositeProto: { ['__proto__']: 1, constructor: 'two', 'a.b': 3.5 },
  TabularEmpty: new Map(),
  Tabular: new Map([
    ['shop2', { name: 'shop2', count: 2, bytes: 2 ** 40 }],
    ['shop0', { name: 'shop0', count: 0, bytes: 1 }],
    ['shop1', { name: 'shop1', count: 1, bytes: 2 ** 20 }],
  ]),
  TreeMap: new Map([
    [2, 'two'],
    [10, 'ten'],
  ]),
  HashMap: new Map<unknown, unknown>([
    [null, 'no key'],
    ['__proto__', 3],
    ['one', 1],
    ['nothing', null],
  ]),
  SharedTwice: [shared, shared],
  Cycle: ['before', null, 'after'],
}

describe.skipIf(skip)('the canonical text', () => {
  test("is the same from JavaScript's values as from Java's", async () => {
    const jvm = await startJvm()
    try {
      const lines = await dumpMBeans(jvm, { mbeans: 'rehearsal:type=Kinds' })
      const java = Object.fromEntries(lines.map(({ attribute, text }) => [attribute, text]))
      const names = Object.keys(kinds)
      const ours = names.map((name) => [name, canonicalLike(java[name] ?? '', kinds[name])])
      expect(ours).toEqual(names.map((name) => [name, java[name]]))
    } finally {
      await jvm.stop()
    }
  })
})

test.each([
  { name: 'another number', text: '7', value: 8 },
  { name: 'a rounded long', text: '9007199254740993', value: 9_007_199_254_740_992 },
  { name: 'a zero without its sign', text: '{"f64":"8000000000000000"}', value: 0 },
  { name: 'a text for a number', text: '7', value: '7' },
  { name: 'another order of a list', text: '["a","b"]', value: ['b', 'a'] },
  { name: 'a set that lacks a member', text: '{"set":["a","b"]}', value: ['a'] },
  { name: 'an item that is missing', text: '{"composite":{"a":1,"b":2}}', value: { a: 1 } },
  { name: 'another class', text: '{"object":"Point"}', value: { class: 'Odd' } },
  { name: 'nothing at all', text: 'null', value: undefined },
  { name: 'a row too many', text: '{"rows":[]}', value: new Map([['a', { b: 1 }]]) },
])('the canonical text tells $name', ({ text, value }) => {
  expect(canonicalLike(text, value)).not.toBe(text)
})

test('the canonical text of a table takes a Map entry for the row of key and value that it was', () => {
  const text =
    '{"rows":[{"composite":{"key":"big","value":{"composite":{"a":9}}}},{"composite":{"key":"small","value":null}}]}'
  const value = new Map<string, unknown>([
    ['small', null],
    ['big', { a: 9 }],
  ])
  expect(canonicalLike(text, value)).toBe(text)
})
