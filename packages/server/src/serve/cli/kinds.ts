import { TscalerError } from '../../model/problem.ts'
import { nearest } from '../../wire/nearest.ts'
import type * as profiles from '../../wire/profiles.ts'
import type * as wire from '../../wire/resources.ts'
import type { Ref } from '../../wire/schema.ts'
import type { Alert, AuditEntry } from '../../wire/watching.ts'
import { rightsInWords, short } from './text.ts'
import { relative } from './when.ts'

/** What there is to list: its columns for people. */
export interface ListKind {
  /** The word of the command line, and the API's path. */
  name: string
  head: readonly string[]
  row(item: never, now: number): string[]
  /** What happened rather than what there is: the newest only, and none by itself. */
  isTrail: boolean
}

function kind<Item>(
  name: string,
  head: readonly string[],
  row: (item: Item, now: number) => string[],
  isTrail = false,
): ListKind {
  return { name, head, row, isTrail }
}

const names = (refs: readonly Ref[]) => refs.map(({ name }) => name).join(', ')

/** Everything that can be listed, in the order of help. */
export const listKinds: readonly ListKind[] = [
  kind<wire.Cluster>(
    'clusters',
    ['CLUSTER', 'SIZE', 'MIN', 'MAX', 'COOLDOWN', 'COUNTERS', 'PAUSED UNTIL'],
    (cluster, now) => [
      cluster.name,
      `${cluster.size}`,
      `${cluster.min}`,
      cluster.max === null ? '–' : `${cluster.max}`,
      cluster.cooldown,
      names(cluster.counters),
      cluster.pausedUntil === null ? '' : relative(cluster.pausedUntil, now),
    ],
  ),
  kind<wire.Node>('nodes', ['NODE', 'CLUSTER', 'STATE', 'CONNECTION', 'ADDRESS', 'TROUBLE'], (node) => [
    node.name,
    node.cluster?.name ?? '–',
    node.state,
    node.connection.state,
    node.local ? 'this machine' : `${node.hostname}:${node.port}`,
    nodeTrouble(node),
  ]),
  kind<wire.Counter>('counters', ['COUNTER', 'SOURCE', 'THRESHOLD', 'PERIOD', 'UNIT'], (counter) => [
    counter.name,
    counter.jmx ? 'jmx' : 'ssh',
    counter.threshold ?? '',
    counter.period,
    counter.unit,
  ]),
  kind<wire.Trigger>(
    'triggers',
    ['TRIGGER', 'CLUSTER', 'STATE', 'COUNTERS', 'TIMING', 'ACTIONS', 'PAUSED UNTIL'],
    (trigger, now) => [
      trigger.name,
      trigger.cluster.name,
      trigger.state,
      trigger.counters
        .map(({ counter, threshold }) => `${counter.name}${threshold === null ? '' : ` ${threshold}`}`)
        .join(', '),
      typeof trigger.timing === 'number' ? `${trigger.timing}m` : trigger.timing,
      trigger.actions.map(({ action }) => action.name).join(' → '),
      trigger.pausedUntil === null ? '' : relative(trigger.pausedUntil, now),
    ],
  ),
  kind<wire.Action>('actions', ['ACTION', 'TYPE', 'TIMEOUT', 'RETRIES'], (action) => [
    action.name,
    actionType(action),
    action.timeout,
    `${action.retries}`,
  ]),
  kind<profiles.SshProfile>(
    'ssh-profiles',
    ['SSH PROFILE', 'USER', 'SIGNS IN WITH', 'HOST KEYS', 'JUMP'],
    (profile) => [profile.name, profile.user, signsInWith(profile), profile.hostKeys, profile.jump.join(' → ')],
  ),
  kind<profiles.JvmProfile>('jvm-profiles', ['JVM PROFILE', 'PORT', 'USER', 'TLS', 'VIA'], (profile) => [
    profile.name,
    `${profile.port}`,
    profile.user ?? '',
    profile.tls ? 'yes' : 'no',
    profile.via,
  ]),
  kind<profiles.Ec2Profile>('ec2-profiles', ['EC2 PROFILE', 'REGION', 'IMAGE', 'TYPES'], (profile) => [
    profile.name,
    profile.region,
    profile.imageId,
    profile.instanceTypes.join(', '),
  ]),
  kind<wire.Schedule>('schedules', ['SCHEDULE', 'CLUSTER', 'CRON', 'ZONE', 'DOES', 'ENABLED'], (schedule) => [
    schedule.name,
    schedule.cluster.name,
    schedule.cron,
    schedule.zone,
    scheduleDoes(schedule),
    schedule.enabled ? 'yes' : 'no',
  ]),
  kind<wire.User>('users', ['USER', 'ROLE', 'E-MAIL', 'SIGNS IN WITH', 'DISABLED'], (user) => [
    user.name,
    rightsInWords(user),
    user.email ?? '',
    signInOf(user),
    user.disabled ? 'yes' : '',
  ]),
  kind<wire.Token>('tokens', ['TOKEN', 'ROLE', 'USER', 'LAST USED', 'EXPIRES'], (token, now) => [
    token.name,
    rightsInWords(token),
    token.user.name,
    token.lastUsedAt === null ? 'never' : relative(token.lastUsedAt, now),
    token.expiresAt === null ? 'never' : relative(token.expiresAt, now),
  ]),
  kind<Alert>(
    'alerts',
    ['ALERT', 'STATE', 'KIND', 'SINCE', 'LAST', 'TEXT'],
    (alert, now) => [
      `${alert.id}`,
      alert.state,
      alert.kind,
      relative(alert.openedAt, now),
      relative(alert.lastAt, now),
      short(alert.text, 100),
    ],
    true,
  ),
  kind<AuditEntry>(
    'audit',
    ['WHEN', 'WHO', 'WHAT', 'KIND', 'NAME', 'DETAIL'],
    (entry, now) => [
      relative(entry.at, now),
      entry.who,
      entry.what,
      entry.kind,
      entry.subject?.name ?? '',
      short(entry.detail ?? ''),
    ],
    true,
  ),
]

/** The kind of a word, singular or plural; throws `wrong-usage` with the nearest. */
export function listKindOf(word: string): ListKind {
  const found = listKinds.find(({ name }) => name === word || singular(name) === word)
  if (found) return found
  const all = listKinds.map(({ name }) => name)
  const near = nearest(word, all)
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`
  throw new TscalerError('wrong-usage', `There is no kind "${word}".${hint} There are: ${all.join(', ')}.`)
}

/** `nodes` is `node`, `audit` is `audit`. */
export function singular(name: string): string {
  return name.replace(/s$/, '')
}

/** What is wrong with reaching a node, in words; empty where nothing is. */
export function nodeTrouble({ connection, offeredHostKey, name }: wire.Node): string {
  if (offeredHostKey !== null) return `shows another host key: tscaler node trust ${name}`
  return connection.failure === null ? '' : short(`${connection.failure.kind}: ${connection.failure.text}`, 100)
}

function actionType(action: wire.Action): string {
  const types = [
    'deployEc2Node',
    'removeEc2Node',
    'osConfiguration',
    'localScript',
    'distributedScript',
    'serverCommand',
    'email',
  ] as const
  return types.find((type) => action[type] !== undefined) ?? ''
}

function signsInWith({ privateKey, password, agent }: profiles.SshProfile): string {
  return [privateKey ? 'key' : '', password ? 'password' : '', agent ? 'agent' : ''].filter(Boolean).join(', ')
}

function signInOf({ isExternal, hasPassword, hasSecondFactor }: wire.User): string {
  if (isExternal) return 'single sign-on'
  if (!hasPassword) return 'nothing yet'
  return hasSecondFactor ? 'password and code' : 'password'
}

function scheduleDoes({ trigger, min, max }: wire.Schedule): string {
  if (trigger) return `fires ${trigger.name}`
  return [min === null ? '' : `min ${min}`, max === null ? '' : `max ${max}`].filter(Boolean).join(', ')
}
