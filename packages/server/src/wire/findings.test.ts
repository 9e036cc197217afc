import fc from 'fast-check'
import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { PlanBody } from './document.ts'
import { findingsOf } from './findings.ts'
import * as people from './people.ts'
import * as profiles from './profiles.ts'
import * as resources from './resources.ts'
import * as runs from './runs.ts'
import { body, Duration, Instant, Labels, orNull, RefIn, SecretIn } from './schema.ts'
import * as watching from './watching.ts'

const schemas: [string, TSchema][] = []
for (const module of [profiles, resources, runs, watching, people, { PlanBody, Instant, Labels }]) {
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value))
      schemas.push([name, value])
  }
}

// Whole numbers that a double can't tell from their neighbours are no ids: there the wire is stricter than Typebox.
const fraction = fc.double({ min: -1e15, max: 1e15, noNaN: true })

/** Values near to what a schema wants: right ones with here and there a wrong one. */
function near(schema: unknown): fc.Arbitrary<unknown> {
  const shape = schema as { [key: string]: never } & { type?: string }
  const any = fc.oneof(
    fc.string({ maxLength: 5 }),
    fc.integer(),
    fraction,
    fc.boolean(),
    fc.constant(null),
    fc.constant([]),
    fc.constant({}),
  )
  return fc.oneof({ weight: 12, arbitrary: right(shape) }, { weight: 1, arbitrary: any })
}

function right(shape: Record<string, unknown>): fc.Arbitrary<unknown> {
  if (Array.isArray(shape.anyOf)) return fc.oneof(...shape.anyOf.map(near))
  if (Array.isArray(shape.enum)) return fc.constantFrom(...shape.enum)
  if ('const' in shape) return fc.constant(shape.const)
  if (shape.type === 'string') return text(shape)
  if (shape.type === 'integer') return fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.maxSafeInteger())
  if (shape.type === 'number') return fraction
  if (shape.type === 'boolean') return fc.boolean()
  if (shape.type === 'null') return fc.constant(null)
  if (shape.type === 'array') {
    if (Array.isArray(shape.items)) return fc.tuple(...shape.items.map(near))
    return fc.array(near(shape.items), { maxLength: 3 })
  }
  if (shape.type === 'object') return object(shape)
  return fc.jsonValue()
}

function text(shape: Record<string, unknown>): fc.Arbitrary<string> {
  const samples = [
    'shop',
    '10s',
    '1h30m',
    '> 4',
    '2030-01-31T12:00:00Z',
    '2030-02-30T12:00:00Z',
    '3.12',
    'a b',
    '',
    'x'.repeat(300),
    'SHA256:x',
  ]
  return fc.oneof(
    fc.constantFrom(...samples),
    fc.string({ unit: 'grapheme-ascii', maxLength: 70 }),
    shape.pattern
      ? fc.stringMatching(new RegExp(String(shape.pattern)))
      : fc.string({ maxLength: 3, unit: 'grapheme-ascii' }),
  )
}

function object(shape: Record<string, unknown>): fc.Arbitrary<unknown> {
  const properties = Object.entries((shape.properties ?? {}) as Record<string, unknown>)
  const given = fc.record(Object.fromEntries(properties.map(([name, field]) => [name, near(field)])), {
    requiredKeys: properties.map(([name]) => name).filter((_, index) => index % 3 < 2),
  })
  const extra = fc.dictionary(
    fc.constantFrom('extra', 'TOKEN', 'a b'),
    near(Object.values((shape.patternProperties ?? {}) as object)[0] ?? {}),
    { maxKeys: 1 },
  )
  return fc
    .tuple(given, fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: extra }))
    .map(([a, b]) => ({ ...a, ...b }))
}

describe('agrees with Typebox about what is right', () => {
  test.each(schemas)('%s', (_name, schema) => {
    fc.assert(
      fc.property(near(schema), (value) => {
        expect(findingsOf(schema, value).length === 0).toBe(Value.Check(schema, value))
      }),
      { numRuns: 60 },
    )
  })
})

describe('says where and what', () => {
  const Shape = body({
    name: Type.String({ minLength: 1, maxLength: 3 }),
    period: Type.Optional(Duration),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
    of: Type.Optional(
      Type.Array(Type.Union([RefIn, body({ counter: RefIn, threshold: Type.Optional(orNull(Type.String())) })]), {
        maxItems: 2,
      }),
    ),
    mode: Type.Optional(Type.Enum(['a', 'b', 'c'])),
    secrets: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Z]+$' }), SecretIn, { additionalProperties: false }),
    ),
  })
  test.each([
    { given: 7, path: '', message: 'got 7, expected an object' },
    { given: {}, path: 'name', message: 'is missing, expected a text of 1 to 3 characters' },
    { given: { name: 'long' }, path: 'name', message: 'got "long", expected a text of 1 to 3 characters' },
    { given: { name: 'x', peroid: '1s' }, path: 'peroid', message: 'is not a known field. Did you mean "period"?' },
    {
      given: { name: 'x', zzz: 1 },
      path: 'zzz',
      message: 'is not a known field. Known are: name, period, count, of, mode, secrets.',
    },
    {
      given: { name: 'x', period: '10' },
      path: 'period',
      message: 'got "10", expected a duration such as "10s", "5m" or "1h30m"',
    },
    { given: { name: 'x', count: 10 }, path: 'count', message: 'got 10, expected a whole number from 1 to 9' },
    { given: { name: 'x', count: 1.5 }, path: 'count', message: 'got 1.5, expected a whole number from 1 to 9' },
    { given: { name: 'x', of: [1, 2, 3] }, path: 'of', message: 'got a list of 3, expected a list of at most 2 items' },
    {
      given: { name: 'x', of: [true] },
      path: 'of[0]',
      message: 'got true, expected an id (a number) or a name (a string) or an object',
    },
    {
      given: { name: 'x', of: [{ counter: 1, treshold: '> 4' }] },
      path: 'of[0].treshold',
      message: 'is not a known field. Did you mean "threshold"?',
    },
    { given: { name: 'x', mode: 'd' }, path: 'mode', message: 'got "d", expected "a", "b" or "c"' },
    {
      given: { name: 'x', secrets: { 'a b': { value: 'x' } } },
      path: 'secrets["a b"]',
      message: 'is not a known field. Its name must match ^[A-Z]+$.',
    },
    {
      given: { name: 'x', secrets: { A: 'hunter2' } },
      path: 'secrets.A',
      message: 'got a text, expected a secret: { "value": "…" }',
    },
    {
      given: { name: 'x', secrets: { A: { value: 71 } } },
      path: 'secrets.A.value',
      message: 'got another kind of value, expected a text of at most 65536 characters',
    },
  ])('$path: $message', ({ given, path, message }) => {
    expect(findingsOf(Shape, given)).toEqual([{ path, message }])
  })

  test('a secret is in no message, whatever else is wrong', () => {
    const secret = fc.string({ minLength: 8, maxLength: 20 }).map((tail) => `hunter2${tail}`)
    const wrap = (value: string) => [
      value,
      [value],
      { value: [value] },
      { value, more: 1 },
      { kept: 1, value },
      { val: value },
    ]
    fc.assert(
      fc.property(secret, fc.nat(5), (value, which) => {
        const given = { name: 'ops', user: 'ops', password: wrap(value)[which] }
        expect(JSON.stringify(findingsOf(profiles.SshProfileBody, given))).not.toContain('hunter2')
      }),
    )
  })

  test('a hostile body is answered with a bounded number of findings', () => {
    const given = { name: 'x', ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1])) }
    expect(findingsOf(Shape, given)).toHaveLength(200)
  })
})
