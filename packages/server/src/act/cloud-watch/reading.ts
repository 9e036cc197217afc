import type { Launch } from '../../model/launch.ts'
import { messageOf } from '../../model/problem.ts'
import type { Ec2Profile } from '../../model/profile.ts'
import { type Balancer, type BalancerNames, type Cloud, CloudFailure, type Vm } from '../../reach/cloud/cloud.ts'
import { installationTag } from '../machines/means.ts'
import type { CloudAccess } from './accesses.ts'
import { type Facts, isLeft } from './facts.ts'

/** Something that could not be read, in a cloud's words. */
export interface Unread {
  /** As its alert names it. */
  subject: string
  text: string
}

/** A load balancer of a profile; `health` null: it could not be read. */
export interface BalancerReading {
  name: string
  health: Awaited<ReturnType<Balancer['health']>> | null
}

/** What one cloud said. */
export interface Reading {
  access: CloudAccess
  /** By id: all machines that carry the installation's tag and have not ended, and those that nodes and launches have, as far as they are known. */
  vms: ReadonlyMap<string, Vm>
  /** The machines of launches that never heard of theirs, by token. */
  byToken: ReadonlyMap<string, Vm>
  /** The ids and tokens that were asked for: what is not among the machines though it was is not there. */
  asked: ReadonlySet<string>
  /** By profile. */
  balancers: ReadonlyMap<number, readonly BalancerReading[]>
  unread: readonly Unread[]
}

/** A cloud that says nothing of any machine. */
export type NoReading = Pick<Reading, 'access' | 'unread'>

/** Reads a cloud as far as the facts ask for it. Never rejects. */
export async function readCloud(access: CloudAccess, facts: Facts, signal: AbortSignal): Promise<Reading | NoReading> {
  try {
    const left = facts.launches.filter((launch) => isOf(launch, access.profiles) && isLeft(facts, launch))
    const ids = wantedIds(facts, left, access.profiles)
    const vms = await readMachines(access, { uid: facts.uid, ids }, signal)
    const tokens = left.filter(({ vmId }) => vmId === null).map(({ token }) => token)
    const byToken = await readTokens(access, tokens, signal)
    const asked = new Set([...ids, ...tokens])
    return { access, vms, byToken, asked, ...(await readBalancers(access, facts, signal)) }
  } catch (thrown) {
    return { access, unread: [unreadOf(access.subject, thrown)] }
  }
}

/** With more machines than this that don't carry the tag, such as a fleet that was adopted, all are listed: a call for each would be throttled. */
const oneByOneMax = 5

async function readMachines(
  { cloud }: CloudAccess,
  { uid, ids }: { uid: string; ids: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<Map<string, Vm>> {
  const vms = new Map((await cloud.list({ [installationTag]: uid }, signal)).map((vm) => [vm.id, vm]))
  if ([...ids].filter((id) => !vms.has(id)).length > oneByOneMax) {
    for (const vm of await cloud.list({}, signal)) if (ids.has(vm.id)) vms.set(vm.id, vm)
  }
  for (const id of ids) {
    const vm = vms.has(id) ? undefined : await cloud.find(id, signal)
    if (vm) vms.set(id, vm)
  }
  return vms
}

function wantedIds(facts: Facts, left: readonly Launch[], profiles: readonly Ec2Profile[]): Set<string> {
  const ofNodes = [...facts.nodes.values()].flatMap((node) => (isOf(node, profiles) ? (node.instanceId ?? []) : []))
  return new Set([...ofNodes, ...left.flatMap(({ vmId }) => vmId ?? [])])
}

function isOf({ ec2ProfileId }: { ec2ProfileId: number | null }, profiles: readonly Ec2Profile[]): boolean {
  return profiles.some(({ id }) => id === ec2ProfileId)
}

async function readTokens(
  { cloud }: CloudAccess,
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Vm>> {
  const found = new Map<string, Vm>()
  for (const token of tokens) {
    const [vm] = await cloud.byToken(token, signal)
    if (vm) found.set(token, vm)
  }
  return found
}

/** Only of profiles with nodes in service; a balancer of several profiles is read once, and one that can't be read keeps back nothing else. */
async function readBalancers({ subject, cloud, profiles }: CloudAccess, facts: Facts, signal: AbortSignal) {
  const nodes = [...facts.nodes.values()].filter(({ state }) => state === 'in-service')
  const inService = new Set(nodes.map(({ ec2ProfileId }) => ec2ProfileId))
  const unread: Unread[] = []
  const read = new Map<string, BalancerReading>()
  const balancers = new Map<number, BalancerReading[]>()
  for (const profile of profiles) {
    if (!inService.has(profile.id)) continue
    const own: BalancerReading[] = []
    for (const [key, names] of namesOf(profile)) {
      const reading = read.get(key) ?? (await readBalancer(cloud, names, { subject, unread, signal }))
      read.set(key, reading)
      own.push(reading)
    }
    balancers.set(profile.id, own)
  }
  return { balancers, unread }
}

function namesOf({ loadBalancers, targetGroups }: Ec2Profile): [string, BalancerNames][] {
  return [
    ...loadBalancers.map((name): [string, BalancerNames] => [
      `classic ${name}`,
      { loadBalancers: [name], targetGroups: [] },
    ]),
    ...targetGroups.map((arn): [string, BalancerNames] => [`group ${arn}`, { loadBalancers: [], targetGroups: [arn] }]),
  ]
}

async function readBalancer(
  cloud: Cloud,
  names: BalancerNames,
  { subject, unread, signal }: { subject: string; unread: Unread[]; signal: AbortSignal },
): Promise<BalancerReading> {
  const [balancer] = cloud.balancers(names)
  const name = balancer?.name ?? ''
  try {
    return { name, health: (await balancer?.health(signal)) ?? null }
  } catch (thrown) {
    unread.push(unreadOf(`${subject}:${name}`, thrown))
    return { name, health: null }
  }
}

/** Anything else than a cloud's failure is a fault of ours, which must not pass for a quiet cloud either. */
function unreadOf(subject: string, thrown: unknown): Unread {
  const text = thrown instanceof CloudFailure ? thrown.message : `A cloud could not be read: ${messageOf(thrown)}`
  return { subject, text }
}
