import type * as runs from '../../../../server/src/wire/runs.ts'
import type * as watching from '../../../../server/src/wire/watching.ts'
import { runName } from '../../reckon/run.ts'
import { lookOf } from '../../reckon/state.ts'
import { clockText } from '../../reckon/time.ts'
import { zone } from '../zone.ts'
import type { StripMark } from './strip.tsx'

/** A run that goes on is drawn up to the next quarter of a minute, so that its mark is not a new one each second. */
const openEndMs = 15_000

/** Runs as bars along the bottom. */
export function runMarks(all: readonly runs.Run[], now: number): StripMark[] {
  return all.map((run) => {
    const from = Date.parse(run.startedAt ?? run.createdAt)
    const to = run.endedAt === null ? Math.ceil(now / openEndMs) * openEndMs : Date.parse(run.endedAt)
    const { tone, word } = lookOf('run', run.state)
    const text = `${clockText(from, zone())} ${runName(run)} #${run.id} ${word}: ${run.cause.text}`
    return { key: `run ${run.id}`, from, to, shape: '▬', tone, text, run: run.id }
  })
}

const shapes: Record<string, StripMark['shape']> = { fired: '▲', refused: '△', watched: '△' }

/** A trigger's fires (▲) and what was held back or only watched (△). */
export function decisionMarks({ trigger, verdicts }: watching.TriggerState): StripMark[] {
  return verdicts.flatMap(({ id, outcome, guard, reason, at, repeats, run }) => {
    const shape = shapes[outcome]
    if (shape === undefined) return []
    const { tone, word } = lookOf('verdict', outcome)
    const from = Date.parse(at)
    const by = guard === null ? '' : ` by ${guard.replaceAll('-', ' ')}`
    const again = repeats > 0 ? ` (${repeats + 1} times)` : ''
    const text = `${clockText(from, zone())} ${trigger.name} ${word}${by}${again}: ${reason}`
    return [{ key: `verdict ${id}`, from, shape, tone, text, ...(run === null ? {} : { run }) }]
  })
}
