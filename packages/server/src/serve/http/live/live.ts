import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Desk } from '../../../desk/desk.ts'
import { TscalerError } from '../../../model/problem.ts'
import { parseSeriesId } from '../../../model/sample.ts'
import { type LiveTopic, liveTopics } from '../../../wire/events.ts'
import { body } from '../../../wire/schema.ts'
import { isStillAllowed } from '../access.ts'
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
export function liveRoutes(app: App, desk: Pick<Desk, 'store' | 'clock'>, feed: LiveFeed): void {
  let open = 0
  app.get(
    '/live',
    { config: { access: 'viewer' }, schema: { tags: ['live'], querystring: LiveQuery } },
    (request, reply) => {
      const topics = topicsOf(request.query.topics)
      const series = seriesOf(request.query.series)
      if (open >= listenersMax)
        throw new TscalerError('too-many-tries', `${open} pages listen already. Close some.`, { retryable: true })
      const listener = new Listener({ topics, series }, sinkOf(reply))
      open += 1
      const stopChecking = endWhenRevoked(desk, request, listener)
      reply.raw.once('close', () => {
        open -= 1
        stopChecking()
        feed.remove(listener)
      })
      const after = request.headers['last-event-id']
      feed.add(listener, typeof after === 'string' && after !== '' ? after : undefined)
    },
  )
}

/** An open page of somebody who was signed out, or may nothing any more, is closed within a minute. */
function endWhenRevoked(desk: Pick<Desk, 'store' | 'clock'>, request: FastifyRequest, listener: Listener): () => void {
  let stop = desk.clock.after(checkMs, () => void check())
  async function check() {
    if (!(await isStillAllowed(desk, request).catch(() => false))) listener.end()
    else stop = desk.clock.after(checkMs, () => void check())
  }
  return () => stop()
}

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
