import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration } from '../../model/duration.ts'
import { failureKinds } from '../../model/sample.ts'
import { comparisons } from '../../model/threshold.ts'
import { aggregates, onFailures, targets, triggerStates } from '../../model/trigger.ts'
import { Directory } from '../../wire/convert/directory.ts'
import { Reader } from '../../wire/convert/read.ts'
import { showAnswer, showBody } from '../../wire/convert/show.ts'
import { findingsOf } from '../../wire/findings.ts'
import { testFields, testSecrets } from '../desk.fixture.ts'
import { kindsInOrder } from '../document/work.ts'
import type { Kind, Named } from './kind.ts'

const directory = new Directory()
for (const kind of [
  'clusters',
  'counters',
  'triggers',
  'actions',
  'sshProfiles',
  'jvmProfiles',
  'ec2Profiles',
] as const) {
  for (const id of [1, 2, 3]) directory.add(kind, { id, name: `${kind}-${id}` })
}
const means = { directory, secrets: testSecrets, fields: testFields, actionTypes: new Map([[1, 'email' as const]]) }

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._-]{0,62}$/)
const line = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const duration = (minMs: number, maxMs: number) => fc.integer({ min: minMs, max: maxMs }).map(formatDuration)
const refOf = (kind: string) =>
  fc.oneof(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 3 }).map((id) => `${kind}-${id}`),
  )
const refsOf = (kind: string) =>
  fc
    .subarray([1, 2, 3])
    .chain((ids) => fc.tuple(...ids.map((id) => fc.constantFrom<number | string>(id, `${kind}-${id}`))))
const secret = fc.record({ value: line })
const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), line, { maxKeys: 3 })
const threshold = fc
  .tuple(fc.constantFrom(...comparisons), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }))
  .map(([comparison, limit]) => `${comparison} ${limit}`)

/** Right bodies of each kind, references by name or id, most fields left out now and then. */
const bodies: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  sshProfiles: fc.record({
    name,
    user: fc.stringMatching(/^[a-z]{1,10}$/),
    privateKey: optional(nullable(secret)),
    password: optional(nullable(secret)),
    agent: optional(fc.boolean()),
    hostKeys: optional(fc.constantFrom('strict', 'accept-new')),
    jump: optional(fc.array(fc.constantFrom('bastion@gw1', 'ops@10.0.0.1:2222', 'gw2'), { maxLength: 3 })),
    knownHosts: optional(nullable(line)),
    certAuthorities: optional(fc.array(line, { maxLength: 2 })),
  }),
  jvmProfiles: fc.record({
    name,
    port: fc.integer({ min: 1, max: 65_535 }),
    user: optional(nullable(line)),
    password: optional(nullable(secret)),
    tls: optional(nullable(fc.record({ ca: optional(nullable(line)) }))),
    via: optional(fc.constantFrom('direct', 'ssh')),
  }),
  ec2Profiles: fc.record({
    name,
    region: line,
    imageId: line,
    instanceTypes: fc.array(line, { minLength: 1, maxLength: 3 }),
    tags: optional(labels),
    register: optional(fc.constantFrom('launch', 'ready')),
  }),
  counters: fc
    .record({
      name,
      threshold: optional(nullable(threshold)),
      period: optional(duration(1_000, 3_600_000)),
      unit: optional(fc.string({ maxLength: 10 })),
      shared: optional(fc.boolean()),
    })
    .chain((rest) =>
      fc.constantFrom(
        { ...rest, ssh: { script: 'echo 1' } },
        { ...rest, jmx: { mbean: 'a:b=c', attribute: 'X', key: 'used' } },
      ),
    ),
  clusters: fc
    .record({
      name,
      min: fc.nat(50),
      more: optional(nullable(fc.nat(50))),
      cooldown: optional(duration(0, 86_400_000)),
      warmUp: optional(duration(0, 86_400_000)),
      counters: optional(refsOf('counters')),
    })
    .map(({ more, ...rest }) => ({ ...rest, max: typeof more === 'number' ? rest.min + more : more })),
  nodes: fc.record({
    name,
    cluster: optional(nullable(refOf('clusters'))),
    local: optional(fc.boolean()),
    hostname: optional(line),
    port: optional(fc.integer({ min: 1, max: 65_535 })),
    hostKey: optional(nullable(fc.constant('ssh-ed25519 AAAAC3Nz'))),
    sshProfile: optional(nullable(refOf('sshProfiles'))),
    jvmProfiles: optional(refsOf('jvmProfiles')),
    protected: optional(fc.boolean()),
    site: optional(nullable(line)),
    labels: optional(labels),
  }),
  actions: fc
    .record({
      name,
      timeout: optional(duration(1_000, 3_600_000)),
      retries: optional(fc.nat(100)),
      retryDelay: optional(duration(0, 60_000)),
      secrets: optional(fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), secret, { maxKeys: 2 })),
    })
    .chain((rest) =>
      fc.constantFrom(
        { ...rest, localScript: { script: 'echo 1', sudo: true } },
        { ...rest, removeEc2Node: { drain: '4m' } },
        { ...rest, deployEc2Node: { ec2Profile: 'ec2Profiles-2', count: 2 } },
        { ...rest, email: { to: ['a@b.example'], title: '{{trigger}}', content: 'x' } },
      ),
    ),
  triggers: fc.record({
    name,
    cluster: refOf('clusters'),
    state: optional(fc.constantFrom(...triggerStates)),
    counters: fc.array(
      fc.oneof(refOf('counters'), fc.record({ counter: refOf('counters'), threshold: optional(nullable(threshold)) })),
      { minLength: 1, maxLength: 4 },
    ),
    aggregate: optional(nullable(fc.constantFrom(...aggregates))),
    timing: fc.oneof(fc.nat(10_000), fc.double({ min: 0, max: 1_000, noNaN: true }), duration(0, 86_400_000)),
    missing: optional(fc.constantFrom('hold', 'breach')),
    actions: optional(
      fc.array(
        fc.record({
          action: refOf('actions'),
          target: optional(fc.constantFrom(...targets)),
          onFailure: optional(fc.constantFrom(...onFailures)),
        }),
        { maxLength: 3 },
      ),
    ),
  }),
  schedules: fc.record({
    name,
    cluster: refOf('clusters'),
    cron: fc.constantFrom('0 22 * * 1-5', '*/5 * * * *'),
    zone: optional(fc.constantFrom('UTC', 'Europe/Berlin')),
    trigger: optional(nullable(refOf('triggers'))),
    min: fc.nat(5),
    max: optional(nullable(fc.integer({ min: 5, max: 9 }))),
    catchUp: optional(nullable(duration(0, 86_400_000))),
  }),
}

const stored = { id: 7, version: 3, createdAt: 1_700_000_000_000, updatedAt: 1_700_000_000_000 }

describe.each(kindsInOrder.map((kind) => [kind.name, kind as Kind] as const))('%s', (kindName, kind) => {
  const given = bodies[kindName]!.map((body) => JSON.parse(JSON.stringify(body)) as Record<string, unknown>)

  function read(body: unknown, before?: Named): Named {
    const reader = new Reader(means)
    const values = kind.read(body, reader, '', before, 5)
    expect(reader.findings).toEqual([])
    return { ...stored, ...values } as Named
  }

  test('body → row → body → row is the same row, and the second body the same as the first whole one', () => {
    fc.assert(
      fc.property(given, (body) => {
        const row = read(body)
        const whole = kind.bodyOf(row, showBody(means))
        const again = read(JSON.parse(JSON.stringify(whole)), row)
        expect(again).toEqual(row)
        expect(kind.bodyOf(again, showBody(means))).toEqual(whole)
        expect(whole).toMatchObject({ name: body.name })
      }),
      { numRuns: 100 },
    )
  })

  test('answers are what their schema says, and hold no secret', async () => {
    const desk = {
      store: { nodes: { count: async () => 2 } },
      machines: {
        statusOf: () => ({
          state: 'open',
          failure: { kind: failureKinds[0], text: 'x', at: 1 },
          retryAt: null,
          openedAt: 1,
        }),
      },
    }
    await fc.assert(
      fc.asyncProperty(given, async (body) => {
        const row = read(body)
        const [answer] = await kind.answers([row], showAnswer(means), desk as never)
        expect(findingsOf(kind.answer, answer)).toEqual([])
        for (const value of secretsIn(body))
          if (value.length > 6) expect(JSON.stringify(answer)).not.toContain(JSON.stringify(value).slice(1, -1))
      }),
      { numRuns: 50 },
    )
  })

  test('any body at all is read or told what is wrong with it, without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mangled(given)), (body) => {
        const reader = new Reader(means)
        const values = kind.read(body, reader, '', undefined, 5)
        expect(values !== undefined || reader.findings.length > 0).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})

function secretsIn(body: Record<string, unknown>): string[] {
  const secrets = [body.privateKey, body.password, ...Object.values((body.secrets ?? {}) as object)]
  return secrets.flatMap((one) =>
    typeof one === 'object' && one !== null && 'value' in one ? [String(one.value)] : [],
  )
}

/** A right body with one field replaced by something else, or a field more. */
function mangled(given: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  return fc.tuple(given, fc.nat(), fc.jsonValue(), fc.boolean()).map(([body, which, value, more]) => {
    const names = Object.keys(body)
    return { ...body, [more ? 'surprise' : (names[which % names.length] ?? 'name')]: value }
  })
}
