import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type * as resources from '../../../../server/src/wire/resources.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { listOf } from '../../api.ts'
import { Ago, Clock } from '../../parts/now.tsx'
import { Looks } from '../../parts/state.tsx'
import { spanText, timingMs } from '../../reckon/duration.ts'
import { keyed } from '../../reckon/keyed.ts'
import { seriesName } from '../../reckon/series-name.ts'
import { isPaused } from '../../reckon/size.ts'
import type { Look } from '../../reckon/state.ts'
import { thresholdText } from '../../reckon/threshold.ts'

/** What the trigger is, in a sentence, and why it does not fire now, in another. */
export function WhyNot({ trigger, state }: { trigger: resources.Trigger; state: watching.TriggerState }) {
  const { data: all } = useQuery(listOf('counters'))
  return (
    <section className="card card-pad why-not">
      <p>
        {sentence(trigger, all ?? [])} →{' '}
        {trigger.actions.length === 0
          ? 'no actions yet'
          : keyed(trigger.actions, ({ action }) => action.id).map(({ key, item: { action } }, index) => (
              <span key={key}>
                {index > 0 && ', '}
                <Link className="link" to="/control/$kind/$name" params={{ kind: 'actions', name: action.name }}>
                  <span className="name">{action.name}</span>
                </Link>
              </span>
            ))}
      </p>
      <Standing trigger={trigger} state={state} />
    </section>
  )
}

function sentence({ counters, aggregate, timing }: resources.Trigger, all: readonly resources.Counter[]): string {
  const names = counters.map(({ counter, threshold }) => {
    const own = all.find(({ id }) => id === counter.id)
    const limit = threshold ?? own?.threshold
    return limit ? `${counter.name} ${thresholdText(limit, own?.unit ?? '')}` : counter.name
  })
  const over = aggregate === null || aggregate === 'any' ? 'on any node' : `as the ${aggregate} over the nodes`
  return `${names.join(' or ')} ${over} for ${spanText(timingMs(timing))}`
}

function Standing({ trigger, state }: { trigger: resources.Trigger; state: watching.TriggerState }) {
  const { look, text, until } = standing(trigger, state)
  return (
    <p className="why-not-now">
      <Looks look={look} />
      <span>
        {text}
        {until !== null && (
          <>
            {' '}
            Until <Clock at={until} /> (<Ago at={until} />
            ).
          </>
        )}
      </span>
    </p>
  )
}

function standing(
  trigger: resources.Trigger,
  { heldBackBy, series }: watching.TriggerState,
): { look: Look; text: string; until: string | null } {
  const nearest = series.toSorted((a, b) => b.hits / b.hitsNeeded - a.hits / a.hitsNeeded)[0]
  const hits = nearest === undefined || nearest.hits === 0 ? 'Nothing is in breach.' : hitsText(nearest)
  if (isPaused(trigger))
    return {
      look: { tone: 'idle', shape: 'bars', word: 'paused' },
      text: `It starts nothing. ${hits}`,
      until: trigger.pausedUntil,
    }
  if (trigger.state === 'off')
    return {
      look: { tone: 'idle', shape: 'ring', word: 'off' },
      text: 'It is not judged. Switch it to watch to see what it would do.',
      until: null,
    }
  if (heldBackBy !== null && trigger.state === 'on') {
    const word = `held back by ${heldBackBy.guard.replaceAll('-', ' ')}`
    return {
      look: { tone: 'held', shape: 'triangle', word },
      text: `${heldBackBy.reason} ${hits}`,
      until: heldBackBy.until,
    }
  }
  const watches = trigger.state === 'watch' ? ' It only watches: it would record a fire and start nothing.' : ''
  if (nearest !== undefined && nearest.hits > 0)
    return { look: { tone: 'held', shape: 'half', word: 'in breach' }, text: `${hits}${watches}`, until: null }
  if (series.length === 0)
    return {
      look: { tone: 'idle', shape: 'ring', word: 'no samples' },
      text: 'No node of its cluster has its counters yet.',
      until: null,
    }
  return { look: { tone: 'fine', shape: 'disc', word: 'quiet' }, text: `${hits}${watches}`, until: null }
}

function hitsText({ node, jvm, counter, hits, hitsNeeded }: watching.TriggerState['series'][number]): string {
  return `${counter.name}${node ? ` of ${seriesName({ node, jvm })}` : ''} has ${hits} of ${hitsNeeded} hits.`
}
