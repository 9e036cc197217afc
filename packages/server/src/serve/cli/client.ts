import http from 'node:http'
import https from 'node:https'
import { type Finding, type ProblemCode, problemCodes, TscalerError } from '../../model/problem.ts'
import type { Problem } from '../../wire/watching.ts'
import { type EventText, readEvents } from './event-stream.ts'
import type { ServerPlace } from './server-place.ts'
import { unreachable } from './unreachable.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** One question to the API; `path` is below /api/v1. */
export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  query?: Query
  body?: unknown
}

/** What live is asked for; with the id of the last event known, it goes on from there. */
export interface EventRequest {
  path: string
  query?: Query
  lastEventId?: string | undefined
}

/** Talks to one running server. Everything throws `TscalerError`: the server's own problem, or `cannot-reach-server`. */
export interface Client {
  readonly place: ServerPlace
  /** The answer's JSON; undefined where there is none. */
  ask<Answer>(request: ApiRequest): Promise<Answer>
  /** Every item of a list, page by page. */
  all<Item>(path: string, query?: Query): Promise<Item[]>
  /** Resolves once the server sends; then the events as they come, until the connection ends or the signal aborts. */
  events(request: EventRequest, signal: AbortSignal): Promise<AsyncIterable<EventText>>
}

const answerBytesMax = 64 * 1_048_576 // twenty times the export of 10,000 nodes
const silenceMs = 120_000 // the slowest answer is a check of a node that does not answer: all its limits together stay below
const pageSize = 500 // the server's largest page

/** A client of the server at `place`; connects when it is asked something. */
export function openClient(place: ServerPlace): Client {
  const client: Client = {
    place,
    async ask<Answer>({ method = 'GET', path, query, body }: ApiRequest): Promise<Answer> {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const response = await send(place, { method, path: withQuery(path, query), text })
      return readAnswer(place, response) as Promise<Answer>
    },
    async all<Item>(path: string, query: Query = {}): Promise<Item[]> {
      const items: Item[] = []
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await client.ask<{ items: Item[]; next: string | null }>({
          path,
          query: { limit: pageSize, ...query, ...(cursor === undefined ? {} : { cursor }) },
        })
        items.push(...page.items)
        cursor = page.next
      }
      return items
    },
    async events({ path, query, lastEventId }, signal) {
      const headers = {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      }
      const response = await send(place, { method: 'GET', path: withQuery(path, query), headers, signal })
      if (response.statusCode !== 200) await readAnswer(place, response)
      return untilAborted(readEvents(response), place, signal)
    },
  }
  return client
}

async function* untilAborted(events: AsyncIterable<EventText>, place: ServerPlace, signal: AbortSignal) {
  try {
    yield* events
  } catch (thrown) {
    if (!signal.aborted) throw unreachable(place, thrown)
  }
}

/** A path below /api/v1, `/runs/{}` filled in order; what is put in can't leave its place. */
export function apiPath(pattern: string, ...values: readonly (string | number)[]): string {
  let index = 0
  return pattern.replace(/\{\}/g, () => encodeURIComponent(values[index++] ?? ''))
}

function withQuery(path: string, query: Query = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? path : `${path}?${given}`
}

interface Message {
  method: string
  path: string
  text?: string | undefined
  headers?: Record<string, string>
  signal?: AbortSignal
}

function send(place: ServerPlace, message: Message): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = newRequest(place, message)
    request.on('response', resolve)
    request.on('timeout', () => request.destroy(new Error(`no answer for ${silenceMs / 1_000} s`)))
    request.on('error', (cause) => reject(unreachable(place, cause)))
    request.end(message.text)
  })
}

function newRequest(place: ServerPlace, { method, path, text, headers = {}, signal }: Message): http.ClientRequest {
  const ownHeaders = {
    accept: 'application/json',
    ...(text === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  }
  const options = { method, timeout: silenceMs, ...(signal ? { signal } : {}) }
  if (place.kind === 'socket')
    return http.request({
      ...options,
      headers: ownHeaders,
      socketPath: place.socket,
      path: `/api/v1${path}`,
      agent: false,
    })
  const authorization = place.token === null ? {} : { authorization: `Bearer ${place.token}` }
  const url = new URL(`${place.url.pathname.replace(/\/$/, '')}/api/v1${path}`, place.url)
  const scheme = url.protocol === 'https:' ? https : http
  return scheme.request(url, { ...options, headers: { ...ownHeaders, ...authorization } })
}

async function readAnswer(place: ServerPlace, response: http.IncomingMessage): Promise<unknown> {
  const text = await readText(place, response)
  const status = response.statusCode ?? 0
  const answer = parsed(text)
  if (status >= 200 && status < 300 && (text === '' || answer !== undefined)) return answer
  throw isProblem(answer) ? problemError(answer, place) : strangeAnswer(place, status)
}

async function readText(place: ServerPlace, response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of response) {
      const bytes = Buffer.from(chunk)
      size += bytes.length
      if (size > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`)
      chunks.push(bytes)
    }
  } catch (thrown) {
    throw unreachable(place, thrown)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && 'type' in answer && 'detail' in answer
}

function problemError({ type, detail, findings = [] }: Problem, place: ServerPlace): TscalerError {
  const code = problemCodes.find((known) => type === `urn:tscaler:error:${known}`) ?? ('internal' satisfies ProblemCode)
  const own: Finding[] = findings.map(({ path, message }) => ({ path, message }))
  return new TscalerError(code, `${detail}${tokenHint(code, place)}`, { findings: own })
}

function tokenHint(code: ProblemCode, place: ServerPlace): string {
  if (code !== 'not-signed-in' || place.kind !== 'url' || place.token !== null) return ''
  return ' This command sends the token of TSCALER_TOKEN, which is not set.'
}

function strangeAnswer(place: ServerPlace, status: number): TscalerError {
  const where = place.kind === 'socket' ? place.socket : place.url.origin
  const gateway = status === 502 || status === 503 || status === 504
  const advice = gateway
    ? 'The proxy there has no tscaler behind it: start the server.'
    : 'Is there something else than tscaler? Correct TSCALER_URL.'
  return new TscalerError(
    'cannot-reach-server',
    `${where} answered ${status} in a form that is not tscaler's. ${advice}`,
  )
}
