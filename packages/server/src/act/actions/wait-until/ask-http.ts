import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { messageOf } from '../../../model/problem.ts'
import type { Machine } from '../../../reach/machine.ts'

/** What an address said. `holds`: the wanted text stands in what was read of the body; true where none is wanted. */
export type Answer = { kind: 'answer'; status: number; holds: boolean } | { kind: 'trouble'; text: string }

/** One question to an address. */
export interface Question {
  url: URL
  contains: string | null
  /** Through whose connection; null: from here. */
  machine: Pick<Machine, 'forward'> | null
  signal: AbortSignal
}

/** A health page is short; what is behind this is not looked at. */
const bodyBytesMax = 65_536

/** Asks once, follows no redirect, and reads no more of the body than is needed. Never rejects: trouble is an answer too. */
export async function askHttp(question: Question): Promise<Answer> {
  try {
    const response = await begin(question)
    try {
      const holds = question.contains === null || (await holdsText(response, question.contains))
      return { kind: 'answer', status: response.statusCode ?? 0, holds }
    } finally {
      response.destroy()
    }
  } catch (thrown) {
    return { kind: 'trouble', text: wordsOf(thrown) }
  }
}

async function begin({ url, machine, signal }: Question): Promise<IncomingMessage> {
  const headers = { 'user-agent': 'tscaler', accept: '*/*' }
  if (machine === null) {
    // A connection of its own each time: one that was kept open would not show that no new ones are taken.
    const ask = url.protocol === 'https:' ? requestHttps : requestHttp
    return responseTo(ask(url, { agent: false, headers, signal }))
  }
  const stream = await forwarded(url, machine, signal)
  return responseTo(
    requestHttp({
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host },
      signal,
      createConnection: () => stream,
    }),
  )
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    // It stays: an abort while the body is read is told here once more.
    request.on('error', reject)
    request.end()
  })
}

async function forwarded(url: URL, machine: Pick<Machine, 'forward'>, signal: AbortSignal): Promise<Duplex> {
  const isTls = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const opening = machine.forward(host, Number(url.port || (isTls ? 443 : 80)))
  const stream = await orAborted(opening, signal)
  return isTls ? connectTls({ socket: stream, ...(isIP(host) ? { host } : { servername: host }) }) : stream
}

/** Opening knows no signal: what comes too late is closed. */
function orAborted(opening: Promise<Duplex>, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    opening.then(
      (stream) => {
        signal.removeEventListener('abort', stop)
        if (signal.aborted) stream.destroy()
        else resolve(stream)
      },
      (thrown: unknown) => {
        signal.removeEventListener('abort', stop)
        reject(thrown)
      },
    )
  })
}

async function holdsText(response: IncomingMessage, wanted: string): Promise<boolean> {
  const wantedBytes = Buffer.from(wanted)
  let read: Buffer = Buffer.alloc(0)
  for await (const chunk of response) {
    read = Buffer.concat([read, chunk as Buffer]).subarray(0, bodyBytesMax)
    if (read.includes(wantedBytes)) return true
    if (read.length === bodyBytesMax) return false
  }
  return false
}

const untrusted =
  'its certificate is signed by nobody that tscaler trusts; NODE_EXTRA_CA_CERTS names a file with more authorities'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset before an answer came',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'the connection timed out',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
}

function wordsOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return words[code] ?? (messageOf(thrown) || code || 'no answer')
}
