import { TscalerError } from '../../model/problem.ts'
import type { BacktestBody, BacktestSettings } from '../../wire/backtest.ts'

type Sweep = NonNullable<BacktestBody['sweep']>

/** The fields that may be set, as help and messages list them. */
export const settable = 'threshold, threshold.COUNTER, timing, aggregate, missing, cooldown, min, max'

/** The settings of texts such as `threshold=5` and `timing=2m`; throws `wrong-usage`. What values may be, the server says. */
export function settingsOf(option: string, texts: readonly string[]): BacktestSettings {
  const fields: Record<string, unknown> = {}
  const thresholds: Record<string, number | string> = {}
  for (const { field, value } of texts.map((text) => partsOf(option, text))) {
    if (field.startsWith('threshold.')) thresholds[field.slice('threshold.'.length)] = numberOr(value)
    else if (field === 'threshold' || field === 'timing' || field === 'min' || field === 'max')
      fields[field] = nullOr(value)
    else if (field === 'aggregate' || field === 'missing' || field === 'cooldown')
      fields[field] = value === 'none' ? null : value
    else throw unknownField(option, field)
  }
  return { ...fields, ...(Object.keys(thresholds).length > 0 ? { thresholds } : {}) }
}

/** The sweep of texts such as `threshold=3,4,5`. */
export function sweepOf(option: string, texts: readonly string[]): Sweep {
  const sweep: Sweep = {}
  for (const { field, value } of texts.map((text) => partsOf(option, text))) {
    if (field !== 'threshold' && field !== 'timing') throw unknownField(option, field, 'threshold, timing')
    sweep[field] = value.split(',').map((one) => numberOr(one.trim()))
  }
  return sweep
}

function partsOf(option: string, text: string): { field: string; value: string } {
  const at = text.indexOf('=')
  if (at > 0) return { field: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
  throw new TscalerError(
    'wrong-usage',
    `${option}: got ${JSON.stringify(text)}, expected a field and its value, such as timing=2m.`,
  )
}

function unknownField(option: string, field: string, known = settable): TscalerError {
  return new TscalerError('wrong-usage', `${option}: ${JSON.stringify(field)} can't be set. There are: ${known}.`)
}

/** A number where the text is one: minutes of a Timing, the limit of a threshold. */
function numberOr(value: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) ? Number(value) : value
}

function nullOr(value: string): number | string | null {
  return value === 'none' ? null : numberOr(value)
}
