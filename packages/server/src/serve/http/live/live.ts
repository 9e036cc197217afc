import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { SignInDesk } from '../../../desk/sessions.ts'
import { clustersOf } from '../../../model/people.ts'
import { TscalerError } from '../../../model/problem.ts'
import { parseSeriesId } from '../../../model/sample.ts'
import { type LiveTopic, liveTopics } from '../../../wire/events.ts'
import { body } from '../../../wire/schema.ts'
import { askerNow, onlyClusters } from '../access.ts'
import type { App } from '../app.ts'
import type { LiveFeed } from './feed.ts'
import { Listener } from './listener.ts'

/** Pages of one address: a dozen tabs of a few people, and not the memory of thousands. */
const listenersMax = 200
/** Graphs of 100 nodes with 10 counters. */
const seriesMax = 1_000

const LiveQuery = body({
  topics: Type.Optional(Type.String({ maxLength: 200, description: 'Topics, with commas; all where left out.' })),
  series: Type.Optional(Type.String({ maxLength: 30_000, description: 'Series whose samples are sent, with commas.' })),
})

/** `GET /live`: server-sent events. */
export function liveRoutes(app: App, desk: LiveDesk, feed: LiveFeed): void {
  let open = 0
  app.get(
    '/live',
    { config: { access: 'viewer', clusters: 'narrowed' }, schema: { tags: ['live'], querystring: LiveQuery } },
    async (request, reply) => {
      const topics = topicsOf(request.query.topics)
      const series = seriesOf(request.query.series)
      if (open >= listenersMax)
        throw new TscalerError('too-many-tries', `${open} pages listen already. Close some.`, { retryable: true })
      const clusters = onlyClusters(request)
      const own = clusters === undefined ? series : await seriesOfClusters(desk, series, clusters)
      const wants = { topics, series: own, ...(clusters === undefined ? {} : { clusters: new Set(clusters) }) }
      const listener = new Listener(wants, sinkOf(reply))
      open += 1
      const stopChecking = endWhenRevoked(desk, request, listener)
      reply.raw.once('close', () => {
        open -= 1
        stopChecking()
        feed.remove(listener)
      })
      const after = request.headers['last-event-id']
      feed.add(listener, typeof after === 'string' && after !== '' ? after : undefined)
      return reply
    },
  )
}

/** An open page of somebody who was signed out, may nothing any more, or may see other clusters than before, is closed within a minute. */
function endWhenRevoked(desk: LiveDesk, request: FastifyRequest, listener: Listener): () => void {
  const before = onlyClusters(request)
  let stop = desk.clock.after(checkMs, () => void check())
  async function check() {
    const asker = await askerNow(desk, request).catch(() => undefined)
    const now = asker && clustersOf(asker, 'viewer')
    const isSame = before === undefined ? now === 'all' : Array.isArray(now) && `${now}` === `${before}`
    const moved = isSame && before && (await hasMoved(desk, listener.series, before).catch(() => true))
    if (!isSame || moved) listener.end()
    else stop = desk.clock.after(checkMs, () => void check())
  }
  return () => stop()
}

async function hasMoved(desk: LiveDesk, series: ReadonlySet<string>, clusters: readonly number[]): Promise<boolean> {
  return (await seriesOfClusters(desk, series, clusters)).size < series.size
}

/** Of the series those of nodes in these clusters. */
async function seriesOfClusters(
  { store }: LiveDesk,
  series: ReadonlySet<string>,
  clusters: readonly number[],
): Promise<ReadonlySet<string>> {
  const nodes = [...new Set([...series].map((id) => parseSeriesId(id)?.node ?? 0))]
  const rows = await store.nodes.list({ where: { id: nodes, clusterId: clusters } })
  const own = new Set(rows.map(({ id }) => id))
  return new Set([...series].filter((id) => own.has(parseSeriesId(id)?.node ?? 0)))
}

type LiveDesk = Pick<SignInDesk, 'store' | 'clock' | 'secondFactor'>

const checkMs = 60_000

function sinkOf(reply: FastifyReply) {
  reply.hijack()
  const { raw } = reply
  const own = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  }
  raw.writeHead(200, { ...plainHeaders(reply), ...own })
  return {
    write: (text: string) => void raw.write(text),
    unreadBytes: () => raw.writableLength,
    end: () => void raw.destroy(),
  }
}

/** The security headers that were set before the answer was taken over. */
function plainHeaders(reply: FastifyReply): Record<string, string> {
  const headers = Object.entries(reply.getHeaders())
  return Object.fromEntries(headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
}

function topicsOf(text: string | undefined): ReadonlySet<LiveTopic> {
  if (text === undefined || text === '') return new Set(liveTopics)
  const given = text.split(',')
  const unknown = given.find((topic) => !isTopic(topic))
  if (unknown !== undefined) refuse('topics', `got ${JSON.stringify(unknown)}, expected ${liveTopics.join(', ')}`)
  return new Set(given.filter(isTopic))
}

function isTopic(text: string): text is LiveTopic {
  return (liveTopics as readonly string[]).includes(text)
}

function seriesOf(text: string | undefined): ReadonlySet<string> {
  const given = text === undefined || text === '' ? [] : text.split(',')
  const wrong = given.find((id) => !parseSeriesId(id))
  if (wrong !== undefined) refuse('series', `got ${JSON.stringify(wrong)}, expected ids such as "3.12"`)
  if (given.length > seriesMax) refuse('series', `got ${given.length}, expected at most ${seriesMax}`)
  return new Set(given)
}

function refuse(path: string, message: string): never {
  throw new TscalerError('bad-input', `The request can't be taken as given: ${path}: ${message}`, {
    findings: [{ path, message }],
  })
}
