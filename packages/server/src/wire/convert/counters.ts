import { type Counter, counterLimits, type SourceId } from '../../model/counter.ts'
import { counterTrouble } from '../../model/counter-fields.ts'
import { formatDuration } from '../../model/duration.ts'
import { formatThreshold } from '../../model/threshold.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { type Show, showFields, stored } from './show.ts'
import type { Values } from './values.ts'

/** A counter as a body writes it: its source's fields stand in a field of the source's name. */
export function counterBody<R>(row: Counter, show: Show<R>) {
  return {
    name: row.name,
    [row.source]: showFields(show.fields.sources[row.source], row.fields, show),
    threshold: row.threshold === null ? null : formatThreshold(row.threshold),
    period: formatDuration(row.periodMs),
    unit: row.unit,
    shared: row.shared,
  }
}

export function counterAnswer(row: Counter, show: Show<Ref>): wire.Counter {
  return { ...stored(row), ...counterBody(row, show) }
}

export function readCounter(body: wire.CounterBody, reader: Reader): Values<Counter> {
  const source = sourceOf(body, reader)
  const fields = source === undefined ? {} : fieldsOf(source, body[source] ?? {}, reader)
  return {
    name: body.name,
    source: source ?? 'ssh',
    fields,
    threshold: reader.threshold(body.threshold, 'threshold'),
    periodMs: reader.duration(body.period, 'period', {
      defaultMs: counterLimits.periodMsDefault,
      minMs: counterLimits.periodMsMin,
      maxMs: counterLimits.periodMsMax,
    }),
    unit: body.unit ?? '',
    shared: body.shared ?? false,
  }
}

function fieldsOf(source: SourceId, given: Record<string, unknown>, reader: Reader): Record<string, unknown> {
  const before = reader.findings.length
  const fields = reader.fields(reader.means.fields.sources[source], given, source)
  // Of fields that are wrong by themselves nothing can be told together.
  const trouble = reader.findings.length > before ? [] : counterTrouble(source, fields)
  for (const { field, message } of trouble) reader.wrong(reader.path(`${source}.${field}`), message)
  return fields
}

function sourceOf(body: wire.CounterBody, reader: Reader): SourceId | undefined {
  const given = (['ssh', 'jmx'] as const).filter((source) => body[source] !== undefined)
  if (given.length === 1) return given[0]
  const seen = given.length === 0 ? 'has no source' : 'has two sources, ssh and jmx'
  reader.wrong(reader.path(given[1] ?? 'ssh'), `${seen}, expected one: ssh: { script } or jmx: { mbean, attribute }`)
  return undefined
}
