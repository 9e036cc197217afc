import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { BalancerHealth, CloudTrouble, VmState } from '../cloud.ts'

const states: VmState[] = ['pending', 'running', 'stopping', 'stopped', 'shutting-down', 'terminated']
const healths: BalancerHealth[] = ['absent', 'starting', 'in-service', 'out-of-service', 'draining']
/** What a program may say of itself; whether an answer can be relied on, such as `doubtful`, is for tscaler to say. */
const troubles: CloudTrouble[] = [
  'throttled',
  'no-capacity',
  'quota',
  'no-credentials',
  'denied',
  'not-found',
  'bad-request',
  'unreachable',
  'doubtful',
]

// 64: as long as a node's instanceId may be.
const Id = Type.String({ pattern: '^[!-~]{1,64}$', description: 'an id of 1 to 64 characters without spaces' })

/** One machine, as `launch`, `find`, `byToken` and `list` answer it. Fields that are not named here are passed over. */
export const Machine = Type.Object(
  {
    id: Id,
    state: Type.Enum(states, { description: `one of ${states.join(', ')}` }),
    host: Type.Optional(
      Type.Union([Type.String({ pattern: '^[A-Za-z0-9._:%-]{1,253}$' }), Type.Null()], {
        description: 'a host name, an address, or null',
      }),
    ),
    tags: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'an object of texts' })),
    hostKeys: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[a-z0-9@.-]{1,60} [A-Za-z0-9+/]+=*( .*)?$',
          description: 'such as ssh-ed25519 AAAA…',
        }),
        { maxItems: 20, description: 'a list of up to 20 host keys' },
      ),
    ),
    reason: Type.Optional(Type.Union([Type.String(), Type.Null()], { description: 'a text or null' })),
  },
  { description: 'a machine, such as {"id": "…", "state": "running", "host": "…", "tags": {…}}' },
)
export type Machine = Static<typeof Machine>

/** Of `find` and `byToken`. */
export const MachineOrNone = Type.Union([Machine, Type.Null()], { description: 'a machine or null' })

/** Of `list`. */
export const Machines = Type.Array(Machine, { description: 'a list of machines' })

/** Of what is only to be done. */
export const Done = Type.Object({}, { description: 'an object such as {}' })

/** Of `health`. */
export const Healths = Type.Array(
  Type.Object(
    {
      id: Id,
      health: Type.Enum(healths, { description: `one of ${healths.join(', ')}` }),
      text: Type.Optional(Type.String({ description: 'a text' })),
    },
    { description: 'such as {"id": "…", "health": "in-service"}' },
  ),
  { description: 'a list of machines with their health' },
)

const Trouble = Type.Object({
  error: Type.Object(
    {
      kind: Type.Enum(troubles, { description: `one of ${troubles.join(', ')}` }),
      message: Type.String({ minLength: 1, description: 'a sentence for people' }),
    },
    { description: 'an object with kind and message' },
  ),
})

/** What a program answered: what was asked for, its own trouble, or nothing that can be read, with what is wrong. */
export type Read<Answer> =
  | { kind: 'answer'; answer: Answer }
  | { kind: 'trouble'; trouble: CloudTrouble; message: string }
  | { kind: 'unreadable'; text: string }

/** More help nobody with one answer. */
const shownMax = 3
const shownCharacters = 80

/** Reads the one JSON document of a program. Never throws. */
export function readAnswer<Schema extends TSchema>(schema: Schema, text: string): Read<Static<Schema>> {
  const document = parse(text)
  if (document === undefined) {
    return { kind: 'unreadable', text: text.trim() === '' ? 'nothing' : `no JSON document: ${shown(text.trim())}` }
  }
  const said = isObject(document.value) && 'error' in document.value
  if (said && Value.Check(Trouble, document.value)) {
    const { kind, message } = document.value.error
    return { kind: 'trouble', trouble: kind, message }
  }
  if (!said && Value.Check(schema, document.value)) return { kind: 'answer', answer: document.value }
  return { kind: 'unreadable', text: wrongIn(said ? Trouble : schema, document.value) }
}

/** Undefined: it is none. */
function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What is wrong, place by place. A place whose whole is wrong already is said once. */
function wrongIn(schema: TSchema, value: unknown): string {
  const places = Value.Errors(schema, value).flatMap(({ keyword, instancePath, params }) =>
    keyword === 'required' ? params.requiredProperties.map((name) => `${instancePath}/${name}`) : [instancePath],
  )
  const sentences = [...new Set(places)].map((place) => {
    const steps = place.split('/').slice(1)
    const got = valueAt(value, steps)
    const where = steps.length === 0 ? 'the answer' : steps.join('.')
    return `${where} is ${got === undefined ? 'missing' : shown(JSON.stringify(got))}, expected ${expectedAt(schema, steps)}`
  })
  return sentences.slice(0, shownMax).join('; ')
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)]
    return isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined
  }, value)
}

/** The few keywords of the schemas above. */
interface Shape {
  description?: string
  properties?: Readonly<Record<string, Shape>>
  items?: Shape
  anyOf?: readonly Shape[]
}

function expectedAt(schema: Shape, steps: readonly string[]): string {
  let shape: Shape | undefined = schema
  let known = schema.description
  for (const step of steps) {
    const inner: Shape | undefined = shape?.anyOf?.[0] ?? shape
    shape = inner?.properties?.[step] ?? inner?.items
    known = shape?.description ?? known
  }
  return known ?? 'another value'
}

function shown(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
