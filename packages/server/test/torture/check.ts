import type { StoreRows } from './store-rows.ts'

/** What the cloud, the store and the machines hold at one moment. */
export interface Remains extends StoreRows {
  vms: { id: string; name: string; token: string; isAlive: boolean }[]
  balancers: { name: string; members: string[] }[]
  /** The tokens that RunInstances came with, and when. */
  asked: { token: string; at: number }[]
  /** What the scripts have written: `begin 4.2 shop01 1`. */
  ran: string[]
  /** Runs of which something was begun again because a person said so. */
  again: ReadonlySet<number>
  /** Machines as tscaler shows them. */
  seen: { id: string; kind: string }[]
}

/** What must never be the case, not even for a moment: a sentence for each. */
export function brokenAlways(
  remains: Pick<Remains, 'vms' | 'launches' | 'asked' | 'ran' | 'again' | 'tasks'>,
): string[] {
  const { vms, launches, asked } = remains
  const alive = vms.filter(({ isAlive }) => isAlive)
  const intents = new Map(launches.map((launch) => [launch.token, launch]))
  return [
    ...doubled(alive.map(({ name }) => name)).map((name) => `machines named ${name} are alive more than once`),
    ...doubled(vms.map(({ token }) => token)).map((token) => `token ${token} made more than one machine`),
    ...asked.flatMap(({ token, at }) => {
      const intent = intents.get(token)
      if (!intent) return [`the cloud was asked with token ${token}, which the store has never had`]
      return intent.createdAt > at ? [`the cloud was asked with token ${token} before the store had it`] : []
    }),
    ...brokenScripts(remains),
  ]
}

/** What must not be the case once all runs have ended: a sentence for each. */
export function brokenAtTheEnd(remains: Remains): string[] {
  const { vms, nodes, runs, tasks, launches, balancers, seen, active } = remains
  const alive = new Set(vms.filter(({ isAlive }) => isAlive).map(({ id }) => id))
  const held = new Set(nodes.flatMap(({ instanceId }) => instanceId ?? []))
  const inService = nodes.flatMap(({ state, instanceId }) => (state === 'in-service' ? (instanceId ?? []) : []))
  return [
    ...brokenAlways(remains),
    ...[...alive].filter((id) => !held.has(id)).map((id) => `${id} is alive and no node's: an orphan`),
    ...[...alive]
      .filter((id) => !seen.some((one) => one.id === id && one.kind === 'node'))
      .map((id) => `${id} is alive, and tscaler does not show it as a node's`),
    ...nodes.flatMap(({ name, state, instanceId }) => [
      ...(state === 'in-service' ? [] : [`node ${name} is left ${state}`]),
      ...(instanceId !== null && alive.has(instanceId) ? [] : [`node ${name} (${instanceId}) has no living machine`]),
    ]),
    ...runs.filter(({ state }) => !ended.has(state)).map(({ id, state }) => `run ${id} is still ${state}`),
    ...active.map((id) => `run ${id} still holds its cluster`),
    ...tasks
      .filter(({ state }) => state === 'running' || state === 'unknown')
      .map(({ id, runId, state }) => `task ${id} of run ${runId} is still ${state}`),
    ...launches
      .filter(({ state, vmId }) => state === 'asked' || (state === 'made' && !held.has(vmId ?? '')))
      .map(({ token, state, vmId }) => `launch ${token} (${vmId}) is still ${state}`),
    // One that ends is dropped by the load balancer itself; of one that was not taken back people have been told.
    ...balancers.flatMap(({ name, members }) =>
      differing(
        members.filter((id) => alive.has(id)),
        inService,
      )
        .filter((id) => !isTold(tasks, nodes.find(({ instanceId }) => instanceId === id)?.name))
        .map((id) => `${name} and the nodes in service differ by ${id}`),
    ),
  ]
}

/** By the task that took it out, and could not get it back in. */
function isTold(tasks: Remains['tasks'], name: string | undefined): boolean {
  return tasks.some(({ error }) => error?.includes(`${name} is in service again, but not in all of its load balancers`))
}

const ended = new Set(['succeeded', 'failed', 'cancelled'])

function brokenScripts({ ran, tasks, again }: Pick<Remains, 'ran' | 'tasks' | 'again'>): string[] {
  const scripts = tasks.filter(({ type }) => type === 'localScript')
  const keyOf = ({ runId, n, nodeName }: Remains['tasks'][number]) => `${runId}.${n} ${nodeName}`
  const attempts = new Map(scripts.map((task) => [keyOf(task), task.attempts]))
  return [
    // No script of an ordeal fails by itself, so none is tried again unasked.
    ...doubled(ran.filter((line) => line.startsWith('begin ')).map((line) => line.split(' ').slice(1, 3).join(' ')))
      .filter((key) => !again.has(Number.parseInt(key, 10)))
      .map((key) => `the script of ${key} was begun more than once, and nobody asked for it`),
    ...doubled(ran).map((line) => `a script wrote "${line}" more than once`),
    ...ran.flatMap((line) => {
      const [, step = '', node = '', attempt] = line.split(' ')
      const begun = attempts.get(`${step} ${node}`)
      if (begun === undefined) return [`"${line}" was written by no task that there is`]
      return Number(attempt) <= begun ? [] : [`"${line}" was written by an attempt that was never begun`]
    }),
    ...scripts
      .filter(({ state }) => state === 'succeeded')
      .map(keyOf)
      .filter((key) => !ran.some((line) => line.startsWith(`end ${key} `)))
      .map((key) => `the script of ${key} succeeded, but never came to its end`),
  ]
}

function doubled(words: readonly string[]): string[] {
  return [...new Set(words.filter((word, index) => words.indexOf(word) !== index))]
}

function differing(one: readonly string[], other: readonly string[]): string[] {
  return [...one.filter((id) => !other.includes(id)), ...other.filter((id) => !one.includes(id))]
}
