import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Instance } from '../ec2/instance.ts'
import type { CloudControls } from './controls.ts'
import { ControlError, readDemand, readFaults, readFields, readNames, readRandomFaults } from './read-body.ts'

/**
 * Answers `/rehearsal/…` in JSON: state, calls, faults, random-faults, demand (or demand/BALANCER), denied, and instances/ID/what. A body
 * must say that it is JSON, so that no web page of another origin can send one.
 */
export function answerControl(cloud: CloudControls, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  try {
    const { method = '', url = '' } = request
    const answer = route(cloud, method, url.slice('/rehearsal/'.length).split('/'), () => readJson(request, body))
    if (answer === undefined) response.writeHead(204).end()
    else sendJson(response, 200, answer)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    sendJson(response, error instanceof ControlError ? error.status : 400, { message })
  }
}

/** What to send back, undefined for nothing. */
function route(cloud: CloudControls, method: string, [what, id = '', deed]: string[], json: () => unknown): unknown {
  switch (`${method} ${what}${deed === undefined ? '' : `/${deed}`}`) {
    case 'GET state':
      return stateOf(cloud)
    case 'GET calls':
      return cloud.calls
    case 'POST faults':
      return cloud.faults.add(...readFaults(json()))
    case 'DELETE faults':
      return cloud.faults.clear()
    case 'PUT random-faults':
      return cloud.faults.atRandom(readRandomFaults(json()))
    case 'PUT demand':
      return cloud.load.setDemand(readDemand(json()), id === '' ? undefined : id)
    case 'PUT denied':
      return replace(cloud.denied, readNames(json()))
    case 'POST instances/die':
      return cloud.die(id)
    case 'POST instances/interrupt':
      return cloud.interruptSpot(id, Number(readFields(json()).noticeMs ?? 0))
    case 'PUT instances/health': {
      const { healthy } = readFields(json())
      return cloud.setHealthy(id, typeof healthy === 'boolean' ? healthy : undefined)
    }
    default:
      throw new ControlError(404, `The rehearsal's control has no ${method} /rehearsal/${what}.`)
  }
}

function stateOf(cloud: CloudControls) {
  return {
    region: cloud.region,
    sshPort: cloud.sshPort,
    user: cloud.user,
    demand: cloud.load.demand(),
    denied: [...cloud.denied],
    faults: cloud.faults.pending(),
    balancers: cloud.balancers(),
    instances: cloud
      .instances()
      .map((instance) => ({ ...instanceState(instance), ...cloud.load.counters(instance.id) })),
  }
}

function instanceState({ id, state, address, wish, hostKey, bootedAt, reason, tags }: Instance) {
  const name = tags.get('Name')?.value
  return {
    id,
    name,
    state,
    address,
    type: wish.type,
    spot: wish.spot,
    clientToken: wish.clientToken,
    hostKey,
    bootedAt,
    reason,
  }
}

function replace(names: Set<string>, wanted: readonly string[]): void {
  names.clear()
  for (const name of wanted) names.add(name)
}

function readJson(request: IncomingMessage, body: Buffer): unknown {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new ControlError(415, 'The body must be sent with content-type: application/json.')
  }
  return JSON.parse(body.toString())
}

function sendJson(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
}
