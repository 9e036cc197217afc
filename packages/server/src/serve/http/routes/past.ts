import { Type } from 'typebox'
import { backtestSaved, backtestUnsaved } from '../../../desk/backtest/backtest.ts'
import { BacktestTurns } from '../../../desk/backtest/turns.ts'
import type { Desk } from '../../../desk/desk.ts'
import { explain } from '../../../desk/explain.ts'
import { sizeHistory } from '../../../desk/size-history.ts'
import { clustersOfCluster } from '../../../desk/subjects.ts'
import type { Tables } from '../../../keep/store/store.ts'
import * as wire from '../../../wire/backtest.ts'
import * as explainWire from '../../../wire/explain.ts'
import { body } from '../../../wire/schema.ts'
import type { App } from '../app.ts'
import { instantOf, When } from '../instants.ts'
import { ById, onlyOf, orNothing } from './parts.ts'
import { scopes } from './scopes.ts'

/** Samples that are given come in the body: some two weeks of one series at 10 s. */
const bodyLimit = 4 * 1_048_576

/** What the past says: backtests, why a trigger fired or not, and how many nodes there were. */
export function pastRoutes(app: App, desk: Desk): void {
  backtestRoutes(app, desk)
  explainRoute(app, desk)
  sizeRoutes(app, desk)
}

function backtestRoutes(app: App, desk: Desk): void {
  const [tags, turns] = [['backtest'], new BacktestTurns()]
  const response = { 200: wire.Backtest }
  app.post(
    '/triggers/:id/backtest',
    {
      config: { access: 'viewer', clusters: scopes.trigger },
      bodyLimit,
      schema: { tags, params: ById, body: orNothing(wire.BacktestBody), response },
    },
    ({ params, body: given }) => turns.take(() => backtestSaved(desk, params.id, given ?? {})),
  )
  const ofBody = (tables: Tables, { body: given }: { body: unknown }) =>
    clustersOfCluster(tables, `${(given as wire.UnsavedBacktestBody).trigger.cluster}`)
  app.post(
    '/backtest',
    {
      config: { access: 'viewer', clusters: ofBody },
      bodyLimit,
      schema: { tags, body: wire.UnsavedBacktestBody, response },
    },
    ({ body: given }) => turns.take(() => backtestUnsaved(desk, given)),
  )
}

function explainRoute(app: App, desk: Desk): void {
  app.get(
    '/triggers/:id/explain',
    {
      config: { access: 'viewer', clusters: scopes.trigger },
      schema: {
        tags: ['watching'],
        params: ById,
        querystring: body({ at: Type.Optional(When) }),
        response: { 200: explainWire.Explanation },
      },
    },
    ({ params, query }) => explain(desk, params.id, query.at === undefined ? undefined : instantOf('at', query.at)),
  )
}

const SpanQuery = body({ from: Type.Optional(When), to: Type.Optional(When) })
const dayMs = 86_400_000

function sizeRoutes(app: App, desk: Desk): void {
  const tags = ['watching']
  const spanOf = ({ from, to }: { from?: string; to?: string }) => {
    const toAt = to === undefined ? desk.clock.now() : instantOf('to', to)
    return { from: from === undefined ? toAt - dayMs : instantOf('from', from), to: toAt }
  }
  app.get(
    '/sizes',
    {
      config: { access: 'viewer', clusters: 'narrowed' },
      schema: { tags, querystring: SpanQuery, response: { 200: explainWire.ClusterSizes } },
    },
    (request) => sizeHistory(desk, { ...spanOf(request.query), ...onlyOf(request) }),
  )
  app.get(
    '/clusters/:id/size',
    {
      config: { access: 'viewer', clusters: scopes.cluster },
      schema: { tags, params: ById, querystring: SpanQuery, response: { 200: explainWire.ClusterSize } },
    },
    async ({ params, query }) => (await sizeHistory(desk, { ...spanOf(query), cluster: params.id })).items[0],
  )
}
