import { AsyncLocalStorage } from 'node:async_hooks'
import { messageOf } from '../../../model/problem.ts'

/** No answer, or one that is none. Its text goes on from "EC2 eu-west-1: RunInstances …". */
export class WireTrouble extends Error {
  /** Whether anything may have reached AWS. */
  readonly sent: boolean
  /** Whether it may go better at once. */
  readonly again: boolean
  constructor(text: string, { sent, again }: { sent: boolean; again: boolean }) {
    super(text)
    this.name = 'WireTrouble'
    this.sent = sent
    this.again = again
  }
}

/** What is known of one attempt while it is under way. */
export interface Attempt {
  /** `RunInstances`: its answer must be called so. */
  action: string
  /** Whether anything may have reached AWS. */
  sent: boolean
}

/** Runs `send` as that attempt: what `onWire` meets inside belongs to it. The SDK has no way of its own to hand anything down to a middleware. */
export function asAttempt<Answer>(attempt: Attempt, send: () => Promise<Answer>): Promise<Answer> {
  return attempts.run(attempt, send)
}

/** Where `onWire` stands in a client of the SDK: next to the wire, below the parser of answers. */
export const wireStep = { step: 'deserialize', priority: 'low', name: 'tscalerWire' } as const

/**
 * Sends and reads the whole answer before the SDK parses it: the SDK takes an empty answer for a good one. Throws `WireTrouble` where there
 * is no whole answer of that action; refusals in AWS's own form are the SDK's to read.
 */
export async function onWire<Answer extends { response: unknown }>(
  request: unknown,
  next: () => Promise<Answer>,
): Promise<Answer> {
  const attempt = attempts.getStore() ?? { action: '', sent: false }
  attempt.sent = true
  const place = placeOf(request)
  try {
    const answer = await next()
    if (!isHttpAnswer(answer.response) || !isStream(answer.response.body))
      throw broken(`was answered by ${place} with what is no HTTP answer`)
    const body = await readAll(answer.response.body, place)
    checkWhole(answer.response.statusCode, body, { action: attempt.action, place })
    answer.response.body = body
    return answer
  } catch (thrown) {
    if (thrown instanceof WireTrouble) throw thrown
    attempt.sent = !isNeverSent(thrown)
    throw new WireTrouble(brokenText(thrown, place), { sent: attempt.sent, again: true })
  }
}

const attempts = new AsyncLocalStorage<Attempt>()

/** A page of 1,000 machines has 5 MB, a console 90 kB; beyond it is no answer of AWS. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024

/** The connection never stood, so no byte of the request can have left. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

function isNeverSent(thrown: unknown): boolean {
  return NEVER_SENT.has(codeOf(thrown) ?? '') || syscallOf(thrown) === 'connect' || isConnectLimit(thrown)
}

/** The SDK's own limit for connecting: the one of its time-outs that has no code. */
function isConnectLimit(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'TimeoutError' && codeOf(thrown) === undefined
}

function brokenText(thrown: unknown, place: string): string {
  const code = codeOf(thrown)
  if (code === 'ECONNREFUSED') return `could not be asked, for ${place} refuses connections`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `could not be asked, for the name of ${place} was not found`
  if (isNeverSent(thrown)) return `could not be asked, for there is no connection to ${place} (${code ?? 'no answer'})`
  return `lost the connection to ${place} before the whole answer was there (${code ?? messageOf(thrown)})`
}

function checkWhole(status: number, body: Uint8Array, { action, place }: { action: string; place: string }): void {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8').trim()
  if (text === '') throw broken(`was answered by ${place} with status ${status} and nothing else`)
  if (status >= 300) {
    if (/<Error>/.test(text)) return
    throw broken(`was answered by ${place} with status ${status} and what is no answer of AWS`)
  }
  const [head, name] = /^(?:<\?xml[^>]*>)?\s*<(\w+)[\s>]/.exec(text) ?? []
  if (head !== undefined && name === `${action}Response` && text.endsWith(`</${name}>`)) return
  throw broken(`was answered by ${place} with status ${status} and what is no whole answer of AWS`)
}

function broken(text: string): WireTrouble {
  return new WireTrouble(text, { sent: true, again: true })
}

async function readAll(body: AsyncIterable<Uint8Array>, place: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.byteLength
    if (bytes > ANSWER_BYTES_MAX) throw broken(`was answered by ${place} with more than ${ANSWER_BYTES_MAX} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

interface HttpAnswer {
  statusCode: number
  /** A stream from the wire; bytes once they are read, which the SDK takes as well. */
  body: unknown
}

function isHttpAnswer(response: unknown): response is HttpAnswer {
  if (typeof response !== 'object' || response === null) return false
  return 'statusCode' in response && typeof response.statusCode === 'number' && 'body' in response
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function placeOf(request: unknown): string {
  if (typeof request !== 'object' || request === null || !('hostname' in request)) return 'AWS'
  return 'port' in request && request.port !== undefined ? `${request.hostname}:${request.port}` : `${request.hostname}`
}

function codeOf(thrown: unknown): string | undefined {
  return textIn(thrown, 'code')
}

function syscallOf(thrown: unknown): string | undefined {
  return textIn(thrown, 'syscall')
}

function textIn(thrown: unknown, field: 'code' | 'syscall'): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !(field in thrown)) return undefined
  const value = Object.getOwnPropertyDescriptor(thrown, field)?.value
  return typeof value === 'string' ? value : undefined
}
