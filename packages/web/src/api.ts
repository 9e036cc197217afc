import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type * as jvms from '../../server/src/wire/jvms.ts'
import type * as people from '../../server/src/wire/people.ts'
import type * as profiles from '../../server/src/wire/profiles.ts'
import type * as resources from '../../server/src/wire/resources.ts'
import type * as runs from '../../server/src/wire/runs.ts'
import type * as seen from '../../server/src/wire/seen-instances.ts'
import type * as watching from '../../server/src/wire/watching.ts'

/** A problem document: what happened, where, what to do, and the fields at fault. */
export class ProblemError extends Error {
  readonly problem: watching.Problem

  constructor(problem: watching.Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }

  get code(): string {
    return this.problem.type.replace('urn:tscaler:error:', '')
  }
}

/** The server did not answer at all. */
export class NoAnswerError extends Error {
  constructor() {
    super('tscaler does not answer. See that it runs and that this machine reaches it; the page goes on by itself.')
    this.name = 'NoAnswerError'
  }
}

export interface Page<Item> {
  items: Item[]
  next: string | null
}

/** Asks the API; gives the answer's JSON (undefined where it has none). Throws ProblemError and NoAnswerError only. */
export async function ask<Answer>(
  method: string,
  path: string,
  given: { body?: unknown; version?: number; signal?: AbortSignal } = {},
): Promise<Answer> {
  const headers: Record<string, string> = {}
  if (given.body !== undefined) headers['content-type'] = 'application/json'
  if (given.version !== undefined) headers['if-match'] = `"${given.version}"`
  const body = given.body === undefined ? {} : { body: JSON.stringify(given.body) }
  const signal = given.signal ? { signal: given.signal } : {}
  const response = await fetch(`/api/v1${path}`, { method, headers, ...body, ...signal }).catch((thrown: unknown) => {
    throw thrown instanceof DOMException && thrown.name === 'AbortError' ? thrown : new NoAnswerError()
  })
  const text = await response.text()
  const json: unknown = isJson(response) && text !== '' ? JSON.parse(text) : undefined
  if (response.ok) return json as Answer
  throw problemOf(response, json)
}

function isJson(response: Response): boolean {
  return /[/+]json/.test(response.headers.get('content-type') ?? '')
}

/** A proxy in between answers in its own words: then tscaler itself did not answer. */
function problemOf({ status }: Response, json: unknown): Error {
  const isProblem = typeof json === 'object' && json !== null && 'detail' in json && 'type' in json
  if (isProblem) return new ProblemError(json as watching.Problem)
  if (status >= 502 && status <= 504) return new NoAnswerError()
  const detail = `tscaler answered ${status} without a reason. See the server's log.`
  return new ProblemError({ type: 'urn:tscaler:error:internal', title: 'No reason given', status, detail })
}

/** The most pages of a list that are put together: 20,000 things, beyond which a page must narrow what it asks. */
const pagesMax = 20

/** All items of a list, page after page. */
async function askAll<Item>(path: string, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax; page++) {
    const join = path.includes('?') ? '&' : '?'
    const address: string = `${path}${join}limit=1000${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const answer: Page<Item> = await ask('GET', address, signal ? { signal } : {})
    items.push(...answer.items)
    cursor = answer.next
    if (cursor === null) break
  }
  return items
}

/** A part of an address. */
export const part = encodeURIComponent

/** The kinds of things that have a list, a form and an address of their own. */
export interface Kinds {
  clusters: resources.Cluster
  nodes: resources.Node
  counters: resources.Counter
  triggers: resources.Trigger
  actions: resources.Action
  'ssh-profiles': profiles.SshProfile
  'jvm-profiles': profiles.JvmProfile
  'ec2-profiles': profiles.Ec2Profile
  users: resources.User
  tokens: resources.Token
}

export type KindName = keyof Kinds

/** All of one kind. Keys begin with the kind, so that whoever changes one thing can say which lists are old. */
export function listOf<Kind extends KindName>(kind: Kind, narrow = '') {
  return queryOptions({
    queryKey: [kind, 'list', narrow],
    queryFn: ({ signal }) => askAll<Kinds[Kind]>(`/${kind}${narrow}`, signal),
  })
}

export function oneOf<Kind extends KindName>(kind: Kind, name: string) {
  return queryOptions({
    queryKey: [kind, 'one', name],
    queryFn: ({ signal }) => ask<Kinds[Kind]>('GET', `/${kind}/${part(name)}`, { signal }),
  })
}

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<people.Me>('GET', '/session', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
  retry: (count, thrown) => thrown instanceof NoAnswerError && count < 3,
})

/** The status is also how a page finds out that the server is away. */
const statusEveryMs = 5_000

export const status = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => ask<watching.Status>('GET', '/status', { signal }),
  refetchInterval: statusEveryMs,
  refetchIntervalInBackground: false,
})

/** The declared fields of sources and actions: forms are made of them. They change with a new version only. */
export const declaredKinds = queryOptions({
  queryKey: ['kinds'],
  queryFn: ({ signal }) => ask<watching.Kinds>('GET', '/kinds', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The JVMs of a node, and how each stands. */
export function jvmsOf(node: string) {
  return queryOptions({
    queryKey: ['nodes', 'jvms', node],
    queryFn: ({ signal }) => ask<{ items: jvms.Jvm[] }>('GET', `/nodes/${part(node)}/jvms`, { signal }),
  })
}

/** What the MBean explorer shows of a JVM: names where `pattern` is one, what an MBean holds where it is a whole name. */
export function mbeansOf(given: { node: string; jvm: string; pattern: string }) {
  const { node, jvm, pattern } = given
  return queryOptions({
    queryKey: ['mbeans', node, jvm, pattern],
    queryFn: ({ signal }) =>
      ask<jvms.MBeans>('GET', `/nodes/${part(node)}/jvms/${part(jvm)}/mbeans?pattern=${part(pattern)}`, { signal }),
  })
}

/** Series of a cluster or a node (`?cluster=shop`), each with its newest sample. */
export function seriesOf(narrow: string) {
  return queryOptions({
    queryKey: ['series', narrow],
    queryFn: ({ signal }) => askAll<watching.Series>(`/series${narrow}`, signal),
  })
}

export function samplesOf(given: { ids: readonly string[]; from: number; to: number; stepMs?: number | undefined }) {
  const { ids, from, to, stepMs } = given
  const step = stepMs === undefined ? '' : `&step=${stepMs}`
  return (signal: AbortSignal) => {
    const address = `/samples?series=${ids.join(',')}&from=${Math.floor(from)}&to=${Math.ceil(to)}${step}`
    return ask<watching.Samples>('GET', address, { signal })
  }
}

export function triggerState(name: string) {
  return queryOptions({
    queryKey: ['triggers', 'state', name],
    queryFn: ({ signal }) => ask<watching.TriggerState>('GET', `/triggers/${part(name)}/state`, { signal }),
  })
}

/** How often the last look at the clouds is read; the server itself looks once a minute, and after each run that changed nodes. */
const instancesEveryMs = 10_000

/** The machines in the clouds as the last look saw them. */
export const seenInstances = queryOptions({
  queryKey: ['instances'],
  queryFn: ({ signal }) => ask<seen.SeenInstances>('GET', '/instances', { signal }),
  refetchInterval: instancesEveryMs,
})

/** The same, after a look that is done now. */
export function lookAtInstances(): Promise<seen.SeenInstances> {
  return ask('GET', '/instances?fresh=true')
}

/** The newest runs, at most `limit`; `narrow` begins with `&`. */
export function newestRuns(limit: number, narrow = '') {
  return queryOptions({
    queryKey: ['runs', 'list', limit, narrow],
    queryFn: ({ signal }) => ask<Page<runs.Run>>('GET', `/runs?limit=${limit}${narrow}`, { signal }),
  })
}

const runsAtOnce = 100

/** All runs in a state (empty: any), newest first, page after page. */
export function allRuns(state: string) {
  return infiniteQueryOptions({
    queryKey: ['runs', 'pages', state],
    queryFn: ({ pageParam, signal }) => {
      const narrow = `${state ? `&state=${state}` : ''}${pageParam ? `&cursor=${pageParam}` : ''}`
      return ask<Page<runs.Run>>('GET', `/runs?limit=${runsAtOnce}${narrow}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: ({ next }: Page<runs.Run>) => next,
  })
}

export function oneRun(id: number) {
  return queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => ask<runs.Run>('GET', `/runs/${id}`, { signal }),
  })
}

/** The newest alerts; `state` narrows them. */
export function newestAlerts(limit: number, state = '') {
  return queryOptions({
    queryKey: ['alerts', limit, state],
    queryFn: ({ signal }) =>
      ask<Page<watching.Alert>>('GET', `/alerts?limit=${limit}${state ? `&state=${state}` : ''}`, { signal }),
  })
}

export function auditTrail(narrow: string) {
  return queryOptions({
    queryKey: ['audit', narrow],
    queryFn: ({ signal }) => ask<Page<watching.AuditEntry>>('GET', `/audit?limit=200${narrow}`, { signal }),
  })
}
