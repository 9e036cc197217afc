import type { TSchema } from 'typebox'
import type { Finding } from '../model/problem.ts'
import { nearest } from './nearest.ts'
import { expected, type Shape, shown } from './wording.ts'

/** The most findings that one answer lists: more help nobody, and a hostile body could ask for millions. */
const findingsMax = 200

interface Walk {
  findings: Finding[]
  /** What is here is a secret. */
  secret: boolean
}

/**
 * Everything that is wrong with a value, in its order, each with its path (`counters[1].period`); none: it fits the schema. This is the
 * only validation there is, of bodies, queries and files: unknown fields are findings. It reads the keywords of `Shape` and no others
 * (findings.test.ts compares it with Typebox's own check over all wire schemas).
 */
export function findingsOf(schema: TSchema, value: unknown, path = ''): Finding[] {
  const walk: Walk = { findings: [], secret: false }
  visit(schema, value, path, walk)
  return walk.findings.slice(0, findingsMax)
}

function visit(shape: Shape, value: unknown, path: string, outer: Walk): void {
  if (outer.findings.length >= findingsMax) return
  const walk = shape.writeOnly ? { ...outer, secret: true } : outer
  if (shape.anyOf) visitEither(shape, shape.anyOf, value, path, walk)
  else if (!fits(shape, value)) wrong(shape, value, path, walk)
  else if (Array.isArray(value)) visitItems(shape, value, path, walk)
  else if (isObject(value)) visitFields(shape, value, path, walk)
}

/** Whether the value itself is right, its items and fields aside. */
function fits(shape: Shape, value: unknown): boolean {
  if (shape.enum && !shape.enum.includes(value)) return false
  if ('const' in shape && shape.const !== value) return false
  if (!isOfType(shape.type, value)) return false
  if (typeof value === 'string') return textFits(shape, value)
  if (typeof value === 'number') return value >= (shape.minimum ?? -Infinity) && value <= (shape.maximum ?? Infinity)
  if (Array.isArray(value)) return sizeFits(value.length, shape.minItems, shape.maxItems)
  return !isObject(value) || sizeFits(Object.keys(value).length, shape.minProperties, shape.maxProperties)
}

function isOfType(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case undefined:
      return true
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isObject(value)
    case 'integer':
      return Number.isSafeInteger(value)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value)
    default:
      return typeof value === type
  }
}

const patterns = new Map<string, RegExp>()

/** Compiled once a pattern: the schemas are few and stay. */
function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u')
  patterns.set(source, known)
  return known
}

function textFits(shape: Shape, text: string): boolean {
  if (!sizeFits(text.length, shape.minLength, shape.maxLength)) return false
  if (shape.format === 'date-time' && !isInstant(text)) return false
  return shape.pattern === undefined || patternOf(shape.pattern).test(text)
}

/** RFC 3339 with a zone, of a day that there is. */
function isInstant(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/.exec(text)
  if (!match || !Number.isFinite(Date.parse(text))) return false
  // Date.parse takes 30 February for 2 March.
  return Number(match[3]) <= new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()
}

function sizeFits(size: number, least = 0, most = Number.POSITIVE_INFINITY): boolean {
  return size >= least && size <= most
}

/** The branch that the value was probably meant for speaks; where none is of its type, the union itself does. */
function visitEither(shape: Shape, branches: readonly Shape[], value: unknown, path: string, walk: Walk): void {
  const meant = branches.filter((branch) => isMeant(branch, value))
  const tried = meant.map((branch) => tryBranch(branch, value, path, walk))
  if (tried.some((findings) => findings.length === 0)) return
  const best = tried.sort((a, b) => a.length - b.length)[0]
  const plain = !isObject(value) && !Array.isArray(value)
  const secret = walk.secret || branches.some(holdsSecret)
  if (best === undefined || (plain && (meant.length > 1 || shape.description)))
    wrong(shape, value, path, { ...walk, secret })
  else walk.findings.push(...best)
}

function isMeant(branch: Shape, value: unknown): boolean {
  return branch.anyOf ? branch.anyOf.some((inner) => isMeant(inner, value)) : isOfType(branch.type, value)
}

function holdsSecret(branch: Shape): boolean {
  return branch.writeOnly === true || (branch.anyOf ?? []).some(holdsSecret)
}

function tryBranch(branch: Shape, value: unknown, path: string, walk: Walk): Finding[] {
  const inner: Walk = { findings: [], secret: walk.secret }
  visit(branch, value, path, inner)
  return inner.findings
}

function visitItems(shape: Shape, items: readonly unknown[], path: string, walk: Walk): void {
  const of = shape.items
  if (of === undefined) return
  items.forEach((item, index) => {
    const itemShape = isList(of) ? of[index] : of
    if (itemShape) visit(itemShape, item, `${path}[${index}]`, walk)
  })
}

function visitFields(shape: Shape, value: Readonly<Record<string, unknown>>, path: string, walk: Walk): void {
  const known = shape.properties ?? {}
  for (const name of shape.required ?? []) {
    if (!Object.hasOwn(value, name)) missing(known[name] ?? {}, below(path, name), walk)
  }
  for (const [name, field] of Object.entries(value)) {
    const fieldShape = Object.hasOwn(known, name) ? known[name] : patternShape(shape, name)
    if (fieldShape) visit(fieldShape, field, below(path, name), walk)
    else if (shape.additionalProperties === false) unknown(name, shape, path, walk)
  }
}

function patternShape({ patternProperties = {} }: Shape, name: string): Shape | undefined {
  return Object.entries(patternProperties).find(([pattern]) => patternOf(pattern).test(name))?.[1]
}

function missing(shape: Shape, path: string, walk: Walk): void {
  walk.findings.push({ path, message: `is missing, expected ${expected(shape)}` })
}

function wrong(shape: Shape, value: unknown, path: string, walk: Walk): void {
  const message = `got ${shown(value, walk.secret)}, expected ${expected(shape)}`
  walk.findings.push({ path, message })
}

function unknown(name: string, shape: Shape, path: string, walk: Walk): void {
  const names = Object.keys(shape.properties ?? {})
  const near = nearest(name, names)
  const hint = near === undefined ? knownNames(names, shape) : `Did you mean ${JSON.stringify(near)}?`
  walk.findings.push({ path: below(path, name.slice(0, 100)), message: `is not a known field. ${hint}` })
}

function knownNames(names: readonly string[], shape: Shape): string {
  if (names.length > 0) return `Known are: ${names.join(', ')}.`
  const pattern = Object.keys(shape.patternProperties ?? {})[0]
  return pattern === undefined ? 'There may be none here.' : `Its name must match ${pattern}.`
}

/** The path of a field below another; `['odd name']` where it is no plain word. */
export function below(path: string, name: string): string {
  const step = /^[A-Za-z_][\w-]*$/.test(name) ? name : `[${JSON.stringify(name)}]`
  return path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(items: Shape | readonly Shape[]): items is readonly Shape[] {
  return Array.isArray(items)
}
