import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { authenticate } from './authenticate.ts'
import type { CloudClock } from './clock.ts'
import { changeState } from './ec2/change-state.ts'
import { describeInstances } from './ec2/describe-instances.ts'
import { describeInventory } from './ec2/describe-inventory.ts'
import { lookInside } from './ec2/look-inside.ts'
import { runInstances } from './ec2/run-instances.ts'
import { tagActions } from './ec2/tags.ts'
import { classicActions } from './elb/classic.ts'
import { targetGroupActions } from './elb/target-groups.ts'
import type { CallFault, Faults, FaultTarget } from './faults.ts'
import type { Actions, Region } from './region.ts'
import { ApiError } from './wire/api-error.ts'
import { type ApiName, answerFrame, apiOf, errorFrame } from './wire/apis.ts'
import { decodeForm, type Form } from './wire/form.ts'
import { type Reply, send, sendHalf } from './wire/reply.ts'
import type { CloudCredentials } from './wire/signature.ts'

/** One call that came in, for looking at afterwards. */
export interface SeenCall {
  at: number
  action: string
  region: string
  parameters: Readonly<Record<string, string>>
  /** Kind of the fault that was done to it. */
  fault: string | undefined
  /** Wire code of the refusal, without a fault's. */
  refusal: string | undefined
}

/** What answering needs of its cloud. */
export interface AnswerParts {
  clock: CloudClock
  credentials: readonly CloudCredentials[]
  /** Names of actions that nobody may do; read at each call. */
  denied: ReadonlySet<string>
  faults: Faults
  region: (name: string) => Region | undefined
  see: (call: SeenCall) => void
}

/** Answers one request to the three APIs, faults included. Never rejects. */
export async function answerCall(parts: AnswerParts, request: IncomingMessage, body: Buffer, response: ServerResponse) {
  const form = decodeForm(body.toString())
  const action = form.text('Action') ?? ''
  const target: FaultTarget = { action, parameter: (name) => form.text(name) }
  const api = apiOf(form.text('Version')) ?? 'ec2'
  const fault = parts.faults.takeCall(target)
  const asked: Asked = { api, action, form, target, requestId: randomUUID(), noCapacity: fault?.kind === 'no-capacity' }
  const refused = refusalOf(api, fault)
  const sees = { at: parts.clock.now(), action, parameters: Object.fromEntries(form.pairs()), fault: fault?.kind }
  if (fault?.kind === 'cut' && fault.when === 'before') {
    parts.see({ ...sees, region: '', refusal: undefined })
    response.socket?.resetAndDestroy()
    return
  }
  const acted = refused === undefined ? await act(parts, asked, request, body) : { region: '', refusal: undefined }
  parts.see({ ...sees, region: acted.region, refusal: acted.refusal?.code })
  const error = refused ?? acted.refusal
  const reply: Reply = {
    status: error?.status ?? 200,
    requestId: asked.requestId,
    body: error === undefined ? (acted.body ?? '') : errorFrame(api, asked.requestId, error),
  }
  if (fault === undefined || refused !== undefined) send(response, reply)
  else spoil(parts.clock, api, fault, reply, response)
}

interface Asked {
  api: ApiName
  action: string
  form: Form
  target: FaultTarget
  requestId: string
  noCapacity: boolean
}

interface Acted {
  region: string
  body?: string
  refusal?: ApiError | undefined
}

const ACTIONS: Readonly<Record<ApiName, Actions>> = {
  ec2: { ...runInstances, ...describeInstances, ...changeState, ...tagActions, ...lookInside, ...describeInventory },
  elb: classicActions,
  elbv2: targetGroupActions,
}

async function act(parts: AnswerParts, asked: Asked, request: IncomingMessage, body: Buffer): Promise<Acted> {
  const { api, action, form, target, requestId, noCapacity } = asked
  let name = ''
  try {
    const region = authenticate(parts, api, request, body)
    name = region.name
    const step = Object.hasOwn(ACTIONS[api], action) ? ACTIONS[api][action] : undefined
    if (apiOf(form.text('Version')) === undefined || step === undefined) {
      throw new ApiError('InvalidAction', `The action ${action} is not valid for this web service.`)
    }
    if (parts.denied.has(action)) throw deniedError(api, action)
    const fate = () => parts.faults.takeFate(target)
    const content = await step({ api, action, form, region: region.name, fate, noCapacity }, region)
    return { region: name, body: answerFrame(api, action, requestId, content) }
  } catch (error) {
    if (error instanceof ApiError) return { region: name, refusal: error }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { region: name, refusal: new ApiError('InternalError', `The rehearsal cloud itself failed: ${text}`) }
  }
}

function deniedError(api: ApiName, action: string): ApiError {
  if (api === 'ec2') return new ApiError('UnauthorizedOperation', 'You are not authorized to perform this operation.')
  const message = `User: arn:aws:iam::000000000000:user/rehearsal is not authorized to perform: elasticloadbalancing:${action}`
  return new ApiError('AccessDenied', message)
}

/** What a fault answers instead of acting; undefined when the cloud acts first. */
function refusalOf(api: ApiName, fault: CallFault | undefined): ApiError | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return api === 'ec2'
        ? new ApiError('RequestLimitExceeded', 'Request limit exceeded.')
        : new ApiError('Throttling', 'Rate exceeded')
    case 'error':
      return new ApiError(fault.code, fault.message ?? `Rehearsed ${fault.code}.`, fault.status)
    case 'internal-error':
      return fault.when === 'before' ? internalError(api) : undefined
    default:
      return undefined
  }
}

function spoil(clock: CloudClock, api: ApiName, fault: CallFault, reply: Reply, response: ServerResponse): void {
  if (fault.kind === 'cut') response.socket?.resetAndDestroy()
  else if (fault.kind === 'short-body') sendHalf(response, reply)
  else if (fault.kind === 'slow') clock.after(fault.delayMs, () => send(response, reply))
  else send(response, spoiled(api, fault, reply))
}

function spoiled(api: ApiName, fault: CallFault, reply: Reply): Reply {
  switch (fault.kind) {
    case 'internal-error':
      return { ...reply, status: 500, body: errorFrame(api, reply.requestId, internalError(api)) }
    case 'empty':
      return { ...reply, status: 200, body: '' }
    case 'garbage':
      return { ...reply, status: 200, body: '<html>Bad gateway<br>' }
    default:
      return reply
  }
}

function internalError(api: ApiName): ApiError {
  return api === 'ec2'
    ? new ApiError('InternalError', 'An internal error has occurred')
    : new ApiError('InternalFailure', 'The request processing has failed because of an unknown error', 500)
}
