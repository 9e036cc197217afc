import { badness, isBreach } from '../../reckon/threshold.ts'
import { bothTimes } from '../../reckon/time.ts'
import { valueText } from '../../reckon/value.ts'
import { emptyColumns, gapMs, valueNear } from './columns.ts'
import { axisWidth, type Scene } from './plot.ts'

/** More lines than this would hide the graph; the worst come first. */
const valuesMax = 8

/** The values at the pointer, worst first. */
export function PointedValues({
  scene,
  place,
  periodMs,
  zone,
}: {
  scene: Scene
  place: { at: number; left: number }
  periodMs: number
  zone: string | undefined
}) {
  const { lines, columns, threshold, unit, span } = scene
  const withinMs = Math.max(gapMs(periodMs) / 2, (span.to - span.from) / 200)
  const values = lines
    .flatMap(({ id, name }) => {
      const value = valueNear(columns.get(id) ?? emptyColumns(), place.at, withinMs)
      return value === undefined ? [] : [{ id, name, value }]
    })
    .sort((a, b) => badness(b.value, threshold) - badness(a.value, threshold))
  const share = (place.at - span.from) / (span.to - span.from)
  const left = place.left + axisWidth
  return (
    <div
      className="pointed"
      style={{
        left: share > 0.5 ? undefined : left + 14,
        right: share > 0.5 ? `calc(100% - ${left - 14}px)` : undefined,
      }}
    >
      <div className="dim">{bothTimes(place.at, zone)}</div>
      {values.slice(0, valuesMax).map(({ id, name, value }) => (
        <div key={id} className="pointed-line" data-tone={isBreach(value, threshold) ? 'failing' : undefined}>
          <span className="name">{name}</span>
          <span className="figure">{valueText(value, unit)}</span>
        </div>
      ))}
      {values.length > valuesMax && <div className="dim">and {values.length - valuesMax} more</div>}
      {values.length === 0 && <div className="dim">no value here</div>}
    </div>
  )
}
