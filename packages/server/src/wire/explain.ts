import { type Static, Type } from 'typebox'
import { runStates } from '../model/run.ts'
import { guards } from '../model/verdict.ts'
import { Id, Instant, oneOf, orNull, Ref } from './schema.ts'
import { Latest, SeriesId } from './watching.ts'

/** One series of the trigger at the moment. */
export const ExplainedSeries = Type.Object({
  id: orNull(SeriesId),
  /** null: the whole cluster. */
  node: orNull(Ref),
  jvm: orNull(Ref),
  counter: Ref,
  threshold: Type.String(),
  hits: Type.Integer(),
  hitsNeeded: Type.Integer(),
  breachSince: orNull(Instant),
  latest: orNull(Latest),
  /** How old the latest sample was. */
  ageMs: orNull(Type.Number()),
})

/** A decision as it is kept. */
export const ExplainedVerdict = Type.Object({
  outcome: Type.String(),
  guard: orNull(oneOf(guards)),
  reason: Type.String(),
  until: orNull(Instant),
  run: orNull(Id),
  at: Instant,
  lastAt: Instant,
  repeats: Type.Integer(),
})

/** What happened around the moment; instants are epoch ms, as those of samples. */
export const ExplainedEvent = Type.Object({
  kind: oneOf(['breach', 'reset', 'stale', 'refused', 'fired', 'watched', 'run'] as const),
  at: Type.Number(),
  /** null: it goes on, or lasted no time. */
  to: orNull(Type.Number()),
  series: orNull(SeriesId),
  guard: orNull(oneOf(guards)),
  run: orNull(Id),
  text: Type.String(),
})

/** Why a trigger fired at a moment, or why not. */
export const Explanation = Type.Object({
  trigger: Ref,
  at: Instant,
  /** Whether it is now, as the loop itself sees it. */
  live: Type.Boolean(),
  /** One sentence: why it fired, or why not. */
  answer: Type.String(),
  series: Type.Array(ExplainedSeries),
  /** The newest decision up to the moment; `inForce`: it held a fire back then. */
  verdict: orNull(Type.Object({ ...ExplainedVerdict.properties, inForce: Type.Boolean() })),
  /** The hour around, in order. */
  timeline: Type.Array(ExplainedEvent),
  timelineLeftOut: Type.Integer(),
  /** What else to know, in sentences. */
  notes: Type.Array(Type.String()),
})

/** Nodes of one cluster over time: steps, each holding until the next; epoch ms. */
export const ClusterSize = Type.Object({
  cluster: Ref,
  times: Type.Array(Type.Number()),
  /** Nodes that count for min and max: planned to draining. */
  counted: Type.Array(Type.Integer()),
  inService: Type.Array(Type.Integer()),
  /** When tscaler itself did not run. */
  gaps: Type.Array(Type.Tuple([Type.Number(), Type.Number()])),
  /** Runs that changed nodes, oldest first. */
  runs: Type.Array(
    Type.Object({
      id: Id,
      at: Type.Number(),
      endedAt: orNull(Type.Number()),
      effect: oneOf(['grow', 'remove'] as const),
      state: oneOf(runStates),
      trigger: orNull(Type.String()),
    }),
  ),
})
export const ClusterSizes = Type.Object({ items: Type.Array(ClusterSize) })

export type Explanation = Static<typeof Explanation>
export type ExplainedSeries = Static<typeof ExplainedSeries>
export type ExplainedEvent = Static<typeof ExplainedEvent>
export type ExplainedVerdict = Static<typeof ExplainedVerdict>
export type ClusterSize = Static<typeof ClusterSize>
export type ClusterSizes = Static<typeof ClusterSizes>
