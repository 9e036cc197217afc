import { type Action, type ActionType, actionDefaults, actionTypes } from '../../model/action.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Sealed } from '../../model/record.ts'
import { waitTrouble } from '../../model/wait-fields.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import { either } from '../wording.ts'
import type { Reader } from './read.ts'
import { type Show, showFields, stored } from './show.ts'
import type { Values } from './values.ts'

/** An action that takes longer than a day has hung. */
const timeoutMsMax = 86_400_000
/** Machines that come and go, Puppet, and what waits; contract, "actions". */
const slow: ReadonlySet<ActionType> = new Set([
  'deployEc2Node',
  'removeEc2Node',
  'deployCommand',
  'removeCommand',
  'osConfiguration',
  'waitUntil',
  'pause',
])

/** An action as a body writes it: its type's fields stand in a field of the type's name. */
export function actionBody<R>(row: Action, show: Show<R>) {
  const secrets = Object.entries(row.secrets).map(([name, sealed]) => [name, show.secret(sealed)] as const)
  return {
    name: row.name,
    [row.type]: showFields(show.fields.actions[row.type], row.fields, show),
    timeout: formatDuration(row.timeoutMs),
    retries: row.retries,
    retryDelay: formatDuration(row.retryDelayMs),
    secrets: Object.fromEntries(secrets),
  }
}

export function actionAnswer(row: Action, show: Show<Ref>): wire.Action {
  return { ...stored(row), ...actionBody(row, show) }
}

export function readAction(body: wire.ActionBody, reader: Reader, before?: Action): Values<Action> {
  const type = typeOf(body, reader)
  const { timeoutMs, slowTimeoutMs, retryDelayMs } = actionDefaults
  const defaultMs = type !== undefined && slow.has(type) ? slowTimeoutMs : timeoutMs
  return {
    name: body.name,
    type: type ?? 'localScript',
    fields: type === undefined ? {} : fieldsOf(type, body[type] ?? {}, reader),
    timeoutMs: reader.duration(body.timeout, 'timeout', { defaultMs, minMs: 1_000, maxMs: timeoutMsMax }),
    retries: body.retries ?? actionDefaults.retries,
    retryDelayMs: reader.duration(body.retryDelay, 'retryDelay', {
      defaultMs: retryDelayMs,
      minMs: 0,
      maxMs: timeoutMsMax,
    }),
    secrets: secretsOf(body, reader, before),
  }
}

function fieldsOf(type: ActionType, given: Record<string, unknown>, reader: Reader): Record<string, unknown> {
  const before = reader.findings.length
  const fields = reader.fields(reader.means.fields.actions[type], given, type)
  // Of fields that are wrong by themselves nothing can be told together.
  const trouble = type !== 'waitUntil' || reader.findings.length > before ? [] : waitTrouble(fields)
  for (const { field, message } of trouble) reader.wrong(reader.path(`${type}.${field}`), message)
  return fields
}

function secretsOf(body: wire.ActionBody, reader: Reader, before?: Action): Record<string, Sealed> {
  const secrets: Record<string, Sealed> = {}
  for (const [name, given] of Object.entries(body.secrets ?? {})) {
    const known = before && Object.hasOwn(before.secrets, name) ? before.secrets[name] : undefined
    const sealed = reader.secret(given, known, `secrets.${name}`)
    if (sealed !== null) secrets[name] = sealed
  }
  return secrets
}

function typeOf(body: wire.ActionBody, reader: Reader): ActionType | undefined {
  const given = actionTypes.filter((type) => body[type] !== undefined)
  if (given.length === 1) return given[0]
  if (given.length === 0) reader.wrong(reader.path('type'), `is missing, expected one field of ${either(actionTypes)}`)
  else reader.wrong(reader.path(given[1] ?? 'type'), `is a second type beside ${given[0]}, expected one`)
  return undefined
}
