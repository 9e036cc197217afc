import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'rabbitmq-client'
import { messageOf, TscalerError } from '../../../model/problem.ts'

/** A broker by its URL. */
export interface Broker {
  /** `RabbitMQ at host:port`; never the password. */
  place: string
  user: string
  vhost: string
  options: ConnectionOptions
}

// Two to three missed beats are a dead link: a broker that hangs is known within 10 s.
const heartbeatS = 5
// A broker on the same site answers within milliseconds; one that takes longer hangs.
const connectMsMax = 5_000
// A broker that was started again takes connections after some seconds; every try costs it little.
const retryFirstMs = 200
const retryMsMax = 2_000
// RabbitMQ's own setting; the library's 8 KiB would cut a large message into a thousand pieces.
const frameBytesMax = 131_072

/**
 * The broker that `amqp://user:password@host:port/vhost` or `amqps://…` names. A certificate's authority and one's own certificate
 * are files: `?cacertfile=…&certfile=…&keyfile=…`. Throws `bad-input` for what is no such URL, and where a file can't be read.
 */
export function parseBroker(text: string): Broker {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^amqps?:$/.test(url.protocol) || url.hostname === '')
    throw wrong('expected amqp://user:password@host:5672/vhost, or amqps://…')
  const tls = url.protocol === 'amqps:'
  const port = url.port === '' ? (tls ? 5_671 : 5_672) : Number(url.port)
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const user = decoded(url.username) || 'guest'
  const vhost = decoded(url.pathname.slice(1)) || '/'
  return {
    place: `RabbitMQ at ${url.hostname}:${port}`,
    user,
    vhost,
    options: {
      hostname,
      port,
      username: user,
      password: url.username === '' ? 'guest' : decoded(url.password),
      vhost,
      heartbeat: heartbeatS,
      connectionTimeout: connectMsMax,
      acquireTimeout: connectMsMax,
      retryLow: retryFirstMs,
      retryHigh: retryMsMax,
      frameMax: frameBytesMax,
      noDelay: true,
      ...(tls ? { tls: tlsOptions(url.searchParams, hostname) } : {}),
    },
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong('a % in it begins no character: write % itself as %25')
  }
}

function tlsOptions(parameters: URLSearchParams, hostname: string): NonNullable<ConnectionOptions['tls']> {
  const files = { ca: 'cacertfile', cert: 'certfile', key: 'keyfile' }
  const given = Object.entries(files).flatMap(([option, parameter]) => {
    const file = parameters.get(parameter)
    return file === null ? [] : [[option, readPem(file, parameter)] as const]
  })
  // An address is no server name (RFC 6066, section 3).
  const isAddress = /^[\d.]+$|:/.test(hostname)
  return { ...(isAddress ? {} : { servername: hostname }), ...Object.fromEntries(given) }
}

function readPem(file: string, parameter: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw wrong(`${parameter} can't be read: ${messageOf(thrown)}`)
  }
}

function wrong(message: string): TscalerError {
  return new TscalerError('bad-input', `TSCALER_QUEUE: ${message}.`, { findings: [{ path: 'TSCALER_QUEUE', message }] })
}
