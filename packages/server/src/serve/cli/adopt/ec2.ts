import { isName } from '../../../model/name.ts'
import type { Document } from '../../../wire/document.ts'
import type { FoundInstances, Instance } from '../../../wire/instances.ts'
import { bareHost, type Host } from './host.ts'

/** What is to be taken in of the machines that a cloud named. */
export interface AdoptedInstances {
  /** In the order given; a host's line is its place among them, from 1. */
  hosts: Host[]
  /** Sentences on the machines that are left out, and on those that tscaler could not remove. */
  notes: string[]
}

/**
 * The machines that run, have an address and are no nodes yet, as hosts. A node is named by the tag Name; where several have the same,
 * or another node has it, the end of the machine's id tells them apart. A node that is there already with that name and address is
 * that machine.
 */
export function hostsOfInstances(
  { items, installationTag }: FoundInstances,
  { ec2Profile, present }: { ec2Profile: string; present: Document },
): AdoptedInstances {
  const fresh = items.filter((one) => one.node === null && isReachable(one))
  const names = namesOf(fresh, present)
  const hosts = fresh.map((instance, index): Host => {
    const name = names[index] ?? instance.id
    return {
      ...bareHost(name, index + 1),
      hostname: instance.host ?? '',
      cluster: instance.tags.Cluster || null,
      instance: { id: instance.id, ec2Profile },
    }
  })
  const stuck = hosts.filter(({ name }, index) => !fresh[index]?.isOurs || fresh[index]?.name !== name)
  return { hosts, notes: [...leftOut(items), ...(stuck.length > 0 ? [cantRemove(stuck, installationTag)] : [])] }
}

function isReachable({ state, host }: Instance): boolean {
  return state === 'running' && host !== null
}

function namesOf(instances: readonly Instance[], present: Document): string[] {
  const known = new Map((present.clusters ?? []).flatMap(({ nodes = [] }) => nodes.map((node) => [node.name, node])))
  const wanted = instances.map(plainName)
  return instances.map(({ id, host }, index) => {
    const name = wanted[index] ?? id
    const before = known.get(name)
    const isTaken = before !== undefined && (before.instanceId != null || before.hostname !== host)
    const isShared = wanted.filter((other) => other === name).length > 1
    return isTaken || isShared ? withId(name, id) : name
  })
}

/** The tag Name as a name may be: letters, digits, dots, underscores, hyphens; the machine's id where nothing is left of it. */
function plainName({ id, name }: Instance): string {
  const plain = (name ?? '').replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 63)
  if (isName(plain)) return plain
  return isName(`node-${plain}`) && /[A-Za-z0-9]/.test(plain) ? `node-${plain}` : id
}

const idDigits = 8 // of 17: the first ones of one account's machines are much alike, these are not

function withId(name: string, id: string): string {
  return name === id ? name : `${name.slice(0, 63 - idDigits - 1)}-${id.slice(-idDigits)}`
}

function leftOut(items: readonly Instance[]): string[] {
  const known = items.filter(({ node }) => node !== null)
  const others = items.filter((one) => one.node === null && !isReachable(one))
  const already = known.length === 0 ? [] : [`Nodes already, and left as they are: ${few(known.map(shownName))}.`]
  return [
    ...already,
    ...others.map(
      (one) => `${shownName(one)} is ${one.state === 'running' ? 'without an address' : one.state}: left out.`,
    ),
  ]
}

function shownName({ id, name, node }: Instance): string {
  const called = node?.name ?? name
  return called === null ? id : `${called} (${id})`
}

/** A removal asks for both tags first: a machine that somebody else made is not tscaler's to end. */
function cantRemove(hosts: readonly Host[], { key, value }: FoundInstances['installationTag']): string {
  const which = few(hosts.map(({ name }) => name))
  return `tscaler could not remove later: ${which}. It removes only machines with the tags ${key}=${value} and Name=<the node's name>; tag them so where it may.`
}

const namesMax = 10 // a line or two

function few(names: readonly string[]): string {
  const more = names.length - namesMax
  return `${names.slice(0, namesMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
