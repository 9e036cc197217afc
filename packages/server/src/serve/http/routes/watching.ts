import { Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import { exploreJvm, listJvms } from '../../../desk/jvms.ts'
import { checkNode, trustNode } from '../../../desk/nodes.ts'
import type { SampleWatch } from '../../../desk/sample-watch.ts'
import { samplesOf, seriesMax } from '../../../desk/samples.ts'
import { listSeries } from '../../../desk/series.ts'
import { statusOf } from '../../../desk/status.ts'
import { triggerState } from '../../../desk/trigger-state.ts'
import type { ActionType } from '../../../model/action.ts'
import { parseDuration } from '../../../model/duration.ts'
import { TscalerError } from '../../../model/problem.ts'
import { parseSeriesId } from '../../../model/sample.ts'
import * as jvmWire from '../../../wire/jvms.ts'
import { body, page } from '../../../wire/schema.ts'
import * as wire from '../../../wire/watching.ts'
import { askerOn, onlyClusters } from '../access.ts'
import type { App } from '../app.ts'
import { instantOf, When } from '../instants.ts'
import { ById, NameOrId, onlyOf, orNothing } from './parts.ts'
import { scopes } from './scopes.ts'

/** What is seen: the status, series, their samples, triggers; and nodes tried now. */
export function watchingRoutes(app: App, desk: Desk, samples: SampleWatch): void {
  const tags = ['watching']
  const config = { access: 'viewer', clusters: 'narrowed' } as const
  app.get('/status', { config, schema: { tags, response: { 200: wire.Status } } }, (request) =>
    statusOf(desk, samples.lastAt(), onlyClusters(request)),
  )
  // What the program can do tells nothing of the fleet.
  const kinds = { config: { access: 'none' }, schema: { tags, response: { 200: wire.Kinds } } } as const
  app.get('/kinds', kinds, () => kindsAnswer(desk))
  app.get(
    '/series',
    { config, schema: { tags, querystring: SeriesQuery, response: { 200: page(wire.Series) } } },
    (request) => listSeries(desk, { ...request.query, ...onlyOf(request) }),
  )
  app.get(
    '/samples',
    {
      config: { access: 'viewer', clusters: scopes.samples },
      schema: { tags, querystring: SamplesQuery, response: { 200: wire.Samples } },
    },
    ({ query }) => samplesOf(desk, readSamplesQuery(query, desk.clock.now())),
  )
  app.get(
    '/triggers/:id/state',
    {
      config: { access: 'viewer', clusters: scopes.trigger },
      schema: { tags, params: ById, response: { 200: wire.TriggerState } },
    },
    ({ params }) => triggerState(desk, params.id),
  )
  nodeRoutes(app, desk)
  jvmRoutes(app, desk)
}

function kindsAnswer({ fields, effects }: Desk) {
  const sources = Object.entries(fields.sources).map(([id, declared]) => [id, { fields: declared }])
  const actions = Object.entries(fields.actions).map(([id, declared]) => [
    id,
    { effect: effects[id as ActionType], fields: declared },
  ])
  return { sources: Object.fromEntries(sources), actions: Object.fromEntries(actions) }
}

function nodeRoutes(app: App, desk: Desk): void {
  const tags = ['nodes']
  app.post(
    '/nodes/:id/check',
    {
      config: { access: 'operator', clusters: scopes.node },
      schema: { tags, params: ById, response: { 200: wire.NodeCheck } },
    },
    ({ params }) => checkNode(desk, params.id),
  )
  app.post(
    '/nodes/:id/trust',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        params: ById,
        body: orNothing(wire.TrustBody),
        response: { 200: wire.TrustAnswer },
      },
    },
    (request) => {
      const { fingerprint } = request.body ?? {}
      const given = { of: request.params.id, ...(fingerprint === undefined ? {} : { fingerprint }) }
      return trustNode(desk, askerOn(request), given)
    },
  )
}

function jvmRoutes(app: App, desk: Desk): void {
  const tags = ['nodes']
  app.get(
    '/nodes/:id/jvms',
    {
      config: { access: 'viewer', clusters: scopes.node },
      schema: { tags, params: ById, response: { 200: Type.Object({ items: Type.Array(jvmWire.Jvm) }) } },
    },
    ({ params }) => listJvms(desk, params.id),
  )
  // What an MBean holds may be nobody's business: system properties, command lines.
  app.get(
    '/nodes/:id/jvms/:profile/mbeans',
    {
      config: { access: 'operator', clusters: scopes.node },
      schema: { tags, params: ByProfile, querystring: MBeanQuery, response: { 200: jvmWire.MBeans } },
    },
    ({ params, query }) => exploreJvm(desk, { node: params.id, profile: params.profile, ...query }),
  )
}

const ByProfile = body({ ...ById.properties, profile: ById.properties.id })
const MBeanQuery = body({
  pattern: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: 'A pattern of ObjectNames, for their names; the name of one, for what it holds.',
    }),
  ),
})

const SeriesQuery = body({
  cluster: Type.Optional(NameOrId),
  node: Type.Optional(NameOrId),
  jvm: Type.Optional(NameOrId),
  counter: Type.Optional(NameOrId),
  source: Type.Optional(Type.Enum(['ssh', 'jmx'])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  cursor: Type.Optional(wire.SeriesId),
})

const SamplesQuery = body({
  series: Type.String({ minLength: 1, maxLength: 10_000, description: 'Ids of series, with commas.' }),
  from: Type.Optional(When),
  to: Type.Optional(When),
  step: Type.Optional(Type.String({ maxLength: 40, description: 'A duration such as "1m", or milliseconds.' })),
})

/** Where no range is given: the last hour. */
const hourMs = 3_600_000

function readSamplesQuery(query: { series: string; from?: string; to?: string; step?: string }, now: number) {
  const series = query.series.split(',')
  const wrong = series.find((id) => !parseSeriesId(id))
  if (wrong !== undefined) refuse('series', `got ${JSON.stringify(wrong.slice(0, 60))}, expected ids such as "3.12"`)
  if (series.length > seriesMax) refuse('series', `got ${series.length}, expected at most ${seriesMax}`)
  const to = query.to === undefined ? now : instantOf('to', query.to)
  const from = query.from === undefined ? to - hourMs : instantOf('from', query.from)
  return { series, from, to, stepMs: query.step === undefined ? null : readStep(query.step) }
}

function readStep(text: string): number {
  const stepMs = /^\d{1,12}$/.test(text) ? Number(text) : parseDuration(text)
  return stepMs !== undefined && stepMs >= 1
    ? stepMs
    : refuse('step', `got ${JSON.stringify(text)}, expected a duration such as "1m"`)
}

function refuse(path: string, message: string): never {
  throw new TscalerError('bad-input', `The request can't be taken as given: ${path}: ${message}`, {
    findings: [{ path, message }],
  })
}
