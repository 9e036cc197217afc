import type { Latest } from '../../../server/src/wire/watching.ts'
import { lookOf } from '../reckon/state.ts'
import { isBreach, parseThreshold } from '../reckon/threshold.ts'
import { valueText } from '../reckon/value.ts'
import { Mark } from './state.tsx'

/** The newest sample: the value with its unit, red with a mark where it is in breach; a failure by its kind, never a number. */
export function LatestValue({
  latest,
  unit,
  threshold,
}: {
  latest: Latest | null
  unit: string
  threshold: string | null
}) {
  if (latest === null) return <span className="dim">no sample yet</span>
  if ('failure' in latest) {
    const { kind, text } = latest.failure
    return (
      <span className="state" data-tone="failing" title={text}>
        <Mark look={lookOf('run', 'failed')} />
        {kind}
      </span>
    )
  }
  const text = valueText(latest.value, unit)
  if (!isBreach(latest.value, parseThreshold(threshold))) return <span className="figure">{text}</span>
  return (
    <span className="state figure" data-tone="failing" title={`in breach of ${threshold}`}>
      <Mark look={lookOf('alert', 'open')} />
      {text}
    </span>
  )
}

/** The value, or undefined where the newest sample is a failure or there is none. */
export function latestValue(latest: Latest | null): number | undefined {
  return latest !== null && 'value' in latest ? latest.value : undefined
}
