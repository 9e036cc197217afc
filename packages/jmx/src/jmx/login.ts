import type { Clock } from '../clock.ts'
import { JmxError } from '../error.ts'
import { encodeCall } from '../jrmp/call.ts'
import type { Returned } from '../jrmp/return-decoder.ts'
import type { JrmpSocket } from '../jrmp/socket.ts'
import { nothing, textArray } from '../rmi/arguments.ts'
import { type AnyCall, Call, RemoteReply } from '../rmi/call.ts'
import { type Dialler, dial } from '../rmi/dial.ts'
import { lookupCall } from '../rmi/registry.ts'
import { readStub, type Stub } from '../rmi/stub.ts'
import type { Content } from '../serialization/graph.ts'
import { newClient } from './methods.ts'
import type { ConnectOptions } from './options.ts'
import { brokenOffTrouble, remoteTrouble } from './trouble.ts'

type Socket = JrmpSocket<AnyCall>

/** A place on the network, and whether it is spoken to through TLS. */
export interface Endpoint {
  host: string
  port: number
  tls: boolean
}

/** A session that the JVM has begun: its object's id, where that is called, and a socket that goes there already. */
export interface Login {
  objId: Buffer
  endpoint: Endpoint
  socket: Socket
}

/** Until when (monotonic ms), and what ends it earlier. */
export interface Limit {
  deadlineAt: number
  signal: AbortSignal
}

/** Looks the agent up in the registry and begins a session with it. */
export async function logIn(options: ConnectOptions, dialler: Dialler, limit: Limit): Promise<Login> {
  const registry = await dialRegistry(options, dialler, limit)
  const server = readStub(await ask(registry.socket, lookupCall('jmxrmi'), dialler.clock, limit))
  const endpoint = endpointOf(server, options)
  const socket = await reach(endpoint, registry, server, dialler, limit)
  const request = encodeCall(server.objId, newClient, [credentials(options)])
  const connection = readStub(await ask(socket, request, dialler.clock, limit))
  return { objId: connection.objId, endpoint: endpointOf(connection, options), socket }
}

/** In clear, and through TLS where the port answers that it wants that: the registry is told no secret. */
async function dialRegistry(
  options: ConnectOptions,
  dialler: Dialler,
  limit: Limit,
): Promise<{ socket: Socket; endpoint: Endpoint }> {
  const endpoint = { host: options.host, port: options.port, tls: false }
  try {
    return { socket: await dial(dialler, { ...endpoint, ...limit }), endpoint }
  } catch (thrown) {
    const wantsTls = thrown instanceof JmxError && thrown.code === 'tls-required'
    if (!wantsTls || !options.tls) throw thrown
    endpoint.tls = true
    return { socket: await dial(dialler, { ...endpoint, ...limit }), endpoint }
  }
}

/** Where an object is called. What the JVM announces counts for the port and TLS, never for the host. */
function endpointOf(stub: Stub, options: ConnectOptions): Endpoint {
  if (stub.tls && !options.tls)
    throw new JmxError('tls-required', `the JVM's RMI port ${stub.port} speaks TLS. Set \`tls\`.`)
  if (!stub.tls && options.tls)
    throw new JmxError(
      'tls-not-offered',
      `TLS is asked for, but the JVM's RMI port ${stub.port} is in clear. Start it with -Dcom.sun.management.jmxremote.ssl=true, or leave \`tls\` out.`,
    )
  const { host, port } = parseOverride(options.hostOverride)
  return { host: host ?? options.host, port: port ?? stub.port, tls: stub.tls }
}

function parseOverride(override: string | undefined): { host?: string; port?: number } {
  if (override === undefined || override === '') return {}
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(override) ?? []
  // An IPv6 address may stand without brackets when no port follows.
  const host = bracketed ?? plain ?? override
  return port === undefined ? { host } : { host, port: Number(port) }
}

async function reach(
  endpoint: Endpoint,
  registry: { socket: Socket; endpoint: Endpoint },
  server: Stub,
  dialler: Dialler,
  limit: Limit,
): Promise<Socket> {
  const same = registry.endpoint
  if (endpoint.host === same.host && endpoint.port === same.port && endpoint.tls === same.tls) return registry.socket
  registry.socket.end(new JmxError('closed', 'looked up.'))
  try {
    return await dial(dialler, { ...endpoint, ...limit })
  } catch (thrown) {
    throw thrown instanceof JmxError ? withAnnouncement(thrown, endpoint, server) : thrown
  }
}

/** The port was found through the registry, and isn't reached: whose fault that may be. */
function withAnnouncement(error: JmxError, endpoint: Endpoint, server: Stub): JmxError {
  if (error.code !== 'refused' && error.code !== 'unreachable' && error.code !== 'timeout') return error
  const announced =
    server.host === endpoint.host
      ? ''
      : ` The JVM announces host ${server.host}: set hostOverride to it if it is reached there.`
  return new JmxError(
    error.code,
    `the registry answers, but the JVM's RMI port is not reached at ${endpoint.host}:${endpoint.port}.${announced} Else open that port, or fix it with -Dcom.sun.management.jmxremote.rmi.port.`,
    { cause: error },
  )
}

function credentials({ user, password }: ConnectOptions) {
  return user === undefined && password === undefined ? nothing : textArray([user ?? '', password ?? ''])
}

/** One call on a socket that nobody else uses; ends the socket when it fails. */
async function ask(socket: Socket, request: Buffer, clock: Clock, limit: Limit): Promise<Content> {
  const reply = new RemoteReply('object', resultOf, brokenOffTrouble)
  const call = new Call(request, reply, { place: {}, repeat: 'never' }, limit)
  socket.onLoss = ({ reason }) => call.fail(reason instanceof JmxError ? reason : brokenOffTrouble(reason))
  const left = Math.max(limit.deadlineAt - clock.monotonic(), 1)
  const cancel = clock.after(left, () =>
    call.fail(new JmxError('timeout', 'the JVM did not answer the login in time.')),
  )
  if (socket.isOpen) socket.send(request, [call])
  else call.fail(new JmxError('connection-lost', 'the JVM closed the connection before the login.'))
  try {
    return await call.promise
  } catch (thrown) {
    socket.end(thrown as JmxError)
    throw thrown
  } finally {
    cancel()
  }
}

function resultOf(returned: Returned): Content {
  if (returned.kind === 'exception') throw remoteTrouble(returned.exception, 'server-error')
  return returned.content
}
