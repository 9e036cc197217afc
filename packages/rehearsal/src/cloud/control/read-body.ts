import type { Fault, RandomFaults } from '../faults.ts'
import type { Demand } from '../load/load.ts'

/** A request to the control that can't be done. */
export class ControlError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** One fault or a list of them. */
export function readFaults(json: unknown): Fault[] {
  return (Array.isArray(json) ? json : [json]).map((one) => {
    if (isFault(one)) return one
    throw new ControlError(400, `This is no fault: ${JSON.stringify(one)}. Kinds: ${Object.keys(KINDS).join(', ')}.`)
  })
}

/** null ends them. */
export function readRandomFaults(json: unknown): RandomFaults | undefined {
  if (json === null) return undefined
  const { seed, rateShare, faults } = readFields(json)
  if ((typeof seed === 'number' || typeof seed === 'string') && typeof rateShare === 'number') {
    return { seed, rateShare, faults: readFaults(faults) }
  }
  throw new ControlError(400, 'Random faults need "seed", "rateShare" (0 to 1) and "faults".')
}

/** A number or a curve. */
export function readDemand(json: unknown): Demand {
  if (isDemand(json)) return json
  throw new ControlError(400, 'The demand is a number or { "points": [{ "atMs", "total" }], "repeatMs" }.')
}

/** A list of names of actions. */
export function readNames(json: unknown): string[] {
  if (Array.isArray(json) && json.every((name) => typeof name === 'string')) return json
  throw new ControlError(400, 'Expected a list of action names.')
}

/** The fields of an object. */
export function readFields(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null) return Object.fromEntries(Object.entries(json))
  throw new ControlError(400, `Expected an object, got ${JSON.stringify(json)}.`)
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isCount: Check = (value) => typeof value === 'number' && value >= 0
const isFlag: Check = (value) => typeof value === 'boolean'
const isWhen: Check = (value) => value === 'before' || value === 'after'
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)

/** What each kind needs beside its aim. */
const KINDS: Readonly<Record<Fault['kind'], Readonly<Record<string, Check>>>> = {
  throttle: {},
  error: { code: isText, message: maybe(isText), status: maybe(isCount) },
  'no-capacity': {},
  'internal-error': { when: isWhen },
  cut: { when: isWhen },
  'short-body': {},
  empty: {},
  garbage: {},
  slow: { delayMs: isCount },
  launch: { hiddenMs: maybe(isCount), stuckPending: maybe(isFlag), diesAfterMs: maybe(isCount), noSsh: maybe(isFlag) },
}

const AIM: Readonly<Record<string, Check>> = {
  actions: maybe((value) => Array.isArray(value) && value.every(isText)),
  parameters: maybe((value) => typeof value === 'object' && value !== null && Object.values(value).every(isText)),
  times: maybe(isCount),
  skip: maybe(isCount),
}

function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Reflect.get(value, 'kind')
  const needs = Object.entries(KINDS).find(([name]) => name === kind)?.[1]
  if (needs === undefined) return false
  const checks = { ...AIM, ...needs, kind: isText }
  const named = Object.keys(value).every((name) => name in checks)
  return named && Object.entries(checks).every(([name, check]) => check(Reflect.get(value, name)))
}

function isDemand(value: unknown): value is Demand {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return false
  const points: unknown = Reflect.get(value, 'points')
  const isPoint: Check = (one) =>
    typeof one === 'object' && one !== null && isCount(Reflect.get(one, 'atMs')) && isCount(Reflect.get(one, 'total'))
  return Array.isArray(points) && points.every(isPoint) && maybe(isCount)(Reflect.get(value, 'repeatMs'))
}
