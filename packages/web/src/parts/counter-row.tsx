import type { Glance } from '../reckon/glance.ts'
import { lookOf } from '../reckon/state.ts'
import { thresholdText } from '../reckon/threshold.ts'
import { valueText } from '../reckon/value.ts'
import { HitsBar } from './hits-bar.tsx'
import { SeriesLink } from './links.tsx'
import { Mark } from './state.tsx'

/** One counter of a cluster in one line: worst value, threshold, hits, and how many nodes it ails. */
export function CounterRow({ glance }: { glance: Glance }) {
  const { counter, worst, unit, threshold, inBreach, failing, nodes, hits } = glance
  return (
    <div className="counter-row">
      <span className="name" title={counter.name}>
        {counter.name}
      </span>
      <span className="counter-value figure" data-tone={inBreach > 0 ? 'failing' : undefined}>
        {worst === null ? <span className="dim">no value</span> : valueText(worst.value, unit)}
        {threshold !== null && <span className="dim"> {thresholdText(threshold, unit)}</span>}
      </span>
      <span className="counter-hits">{hits !== null && <HitsBar hits={hits.hits} needed={hits.needed} />}</span>
      <span className="counter-where small">
        {inBreach > 0 && worst && (
          <span className="tone" data-tone="failing">
            <Mark look={lookOf('alert', 'open')} />
            <SeriesLink node={worst.node} jvm={worst.jvm} />
            {inBreach > 1 && <span className="nowrap">+{inBreach - 1}</span>}
          </span>
        )}
        {failing > 0 && (
          <span className="tone" data-tone="failing">
            <Mark look={lookOf('run', 'failed')} />
            <span className="nowrap">{failing === nodes ? 'all' : failing} failing</span>
          </span>
        )}
      </span>
    </div>
  )
}
