import { type Static, Type } from 'typebox'
import { aggregates } from '../model/trigger.ts'
import { guards } from '../model/verdict.ts'
import { Threshold, Timing, TriggerBody } from './resources.ts'
import { body, Duration, Id, Instant, oneOf, orNull, Ref } from './schema.ts'
import { SeriesId } from './watching.ts'

const optional = Type.Optional

/** A number stands for another limit by the same comparison. */
const Limit = Type.Union([Type.Number(), Threshold], {
  description: 'A comparison and a number, such as "> 5", or the number alone.',
})
const Nodes = Type.Integer({ minimum: 0, maximum: 100_000 })

/** What is to be other than the trigger and its cluster have it. */
export const BacktestSettings = body({
  /** Of all its counters; `thresholds` by the counter's name. */
  threshold: optional(Limit),
  thresholds: optional(Type.Record(Type.String({ maxLength: 63 }), Limit)),
  timing: optional(Timing),
  aggregate: optional(orNull(oneOf(aggregates))),
  missing: optional(oneOf(['hold', 'breach'] as const)),
  cooldown: optional(Duration),
  min: optional(Nodes),
  max: optional(orNull(Nodes)),
})

/** Samples from elsewhere, in place of the recorded ones. */
export const GivenSamples = body({
  node: Type.String({ minLength: 1, maxLength: 63 }),
  /** By its name; left out: the trigger's first. */
  counter: optional(Type.String({ minLength: 1, maxLength: 63 })),
  /** Epoch ms, with the value of each. */
  times: Type.Array(Type.Number({ minimum: 0, maximum: 8.64e15 })),
  values: Type.Array(Type.Number()),
  /** When no value came in time. */
  failedAt: optional(Type.Array(Type.Number({ minimum: 0, maximum: 8.64e15 }))),
})

const requestFields = {
  /** The last day, where neither is given. */
  from: optional(Instant),
  to: optional(Instant),
  set: optional(BacktestSettings),
  compare: optional(BacktestSettings),
  sweep: optional(
    body({
      threshold: optional(Type.Array(Limit, { minItems: 1, maxItems: 64 })),
      timing: optional(Type.Array(Timing, { minItems: 1, maxItems: 64 })),
    }),
  ),
  /** What a node costs an hour, in any currency. */
  pricePerHour: optional(Type.Number({ minimum: 0, maximum: 1_000_000 })),
  /** Nodes of the cluster at the begin; left out: as recorded, else as it is now. */
  nodes: optional(Nodes),
  /** How long a run that changes nodes takes; left out: as its past runs took. */
  runLength: optional(Duration),
  samples: optional(Type.Array(GivenSamples, { minItems: 1, maxItems: 1_000 })),
}
export const BacktestBody = body(requestFields)
export const UnsavedBacktestBody = body({ trigger: TriggerBody, ...requestFields })

/** A node that may be gone, or never have been. */
const NodeName = Type.Object({ id: orNull(Id), name: Type.String() })

/** One series, or aggregate, with its stretches of hits. Instants are epoch ms, as those of samples. */
export const BacktestSeries = Type.Object({
  id: orNull(SeriesId),
  node: orNull(NodeName),
  jvm: orNull(Ref),
  counter: Ref,
  threshold: Type.String(),
  hitsNeeded: Type.Integer(),
  samples: Type.Integer(),
  failures: Type.Integer(),
  breaches: Type.Array(
    Type.Object({
      from: Type.Number(),
      to: Type.Number(),
      hits: Type.Integer(),
      ended: orNull(oneOf(['clean', 'stale'] as const)),
    }),
  ),
  breachesLeftOut: Type.Integer(),
})

/** A fire, or refusals one after another for the same reason. Instants are epoch ms. */
export const BacktestMark = Type.Object({
  kind: oneOf(['fired', 'refused'] as const),
  /** The number of the fire, by which reasons name its run; null: refused. */
  run: orNull(Type.Integer()),
  at: Type.Number(),
  lastAt: Type.Number(),
  repeats: Type.Integer(),
  series: orNull(SeriesId),
  node: orNull(NodeName),
  jvm: orNull(Ref),
  counter: Ref,
  /** null: a failure was taken as the breach. */
  value: orNull(Type.Number()),
  hits: Type.Integer(),
  breachSince: Type.Number(),
  guard: orNull(oneOf(guards)),
  reason: Type.String(),
  until: orNull(Type.Number()),
  /** Of the cluster, after it. */
  nodes: Type.Integer(),
})

/** What would have come of one setting. */
export const BacktestResult = Type.Object({
  settings: Type.Object({
    thresholds: Type.Record(Type.String(), Type.String()),
    timing: Timing,
    aggregate: orNull(oneOf(aggregates)),
    missing: oneOf(['hold', 'breach'] as const),
    cooldown: Duration,
    min: Nodes,
    max: orNull(Nodes),
  }),
  fires: Type.Integer(),
  /** Each hit at which it was refused. */
  refused: Type.Integer(),
  /** Rows of refusals by guard. */
  refusedBy: Type.Record(Type.String(), Type.Integer()),
  marks: Type.Array(BacktestMark),
  marksLeftOut: Type.Integer(),
  series: Type.Array(BacktestSeries),
  added: Type.Integer(),
  removed: Type.Integer(),
  nodes: Type.Object({ start: Nodes, end: Nodes, least: Nodes, most: Nodes }),
  /** The number of nodes from each instant on, epoch ms. */
  sizes: Type.Array(Type.Object({ at: Type.Number(), nodes: Nodes })),
  nodeHours: Type.Number(),
  /** With these runs, and had nothing changed; null: no price was given. */
  cost: orNull(Type.Number()),
  costUnchanged: orNull(Type.Number()),
})

export const Backtest = Type.Object({
  trigger: Type.Object({ id: orNull(Id), name: Type.String() }),
  cluster: Ref,
  from: Instant,
  to: Instant,
  /** The oldest sample there is of its series; null: none. */
  recordedFrom: orNull(Instant),
  samples: Type.Integer(),
  failures: Type.Integer(),
  /** What one run of it would add and remove. */
  change: Type.Object({ added: Type.Integer(), removed: Type.Integer() }),
  runLength: Duration,
  runLengthFrom: oneOf(['given', 'past-runs', 'none'] as const),
  nodesFrom: oneOf(['given', 'recorded', 'now'] as const),
  result: BacktestResult,
  compare: orNull(BacktestResult),
  sweep: orNull(
    Type.Array(
      Type.Object({
        /** null: as set. */
        threshold: orNull(Type.String()),
        timing: orNull(Timing),
        fires: Type.Integer(),
        refused: Type.Integer(),
        added: Type.Integer(),
        removed: Type.Integer(),
        mostNodes: Type.Integer(),
        firstAt: orNull(Type.Number()),
      }),
    ),
  ),
  /** Guards whose answer can't be known of the past; they held nothing back. */
  notAsked: Type.Array(Type.Object({ guard: oneOf(guards), why: Type.String() })),
  askedInPart: Type.Array(Type.Object({ guard: oneOf(guards), why: Type.String() })),
  /** What else to know when reading it, in sentences. */
  notes: Type.Array(Type.String()),
})

export type BacktestSettings = Static<typeof BacktestSettings>
export type GivenSamples = Static<typeof GivenSamples>
export type BacktestBody = Static<typeof BacktestBody>
export type UnsavedBacktestBody = Static<typeof UnsavedBacktestBody>
export type BacktestSeries = Static<typeof BacktestSeries>
export type BacktestMark = Static<typeof BacktestMark>
export type BacktestResult = Static<typeof BacktestResult>
export type Backtest = Static<typeof Backtest>
