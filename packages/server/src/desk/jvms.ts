import type { Jvm } from '../model/jvm.ts'
import { isNamePattern, isObjectName } from '../model/object-name.ts'
import { TscalerError } from '../model/problem.ts'
import { instant } from '../wire/convert/show.ts'
import type * as wire from '../wire/jvms.ts'
import type { Desk } from './desk.ts'
import { jvmProfiles, nodes } from './kinds/all.ts'
import { connectionOf } from './kinds/nodes.ts'
import { rowOf } from './resources.ts'

/** A tree of more names than this is no tree that anybody reads; a pattern narrows it. */
const namesMax = 5_000

type JvmDesk = Pick<Desk, 'store' | 'machines' | 'clock'>

/** The JVMs of a node, one for each of its profiles, and how they stand. */
export async function listJvms({ store, machines }: JvmDesk, nodeText: string): Promise<{ items: wire.Jvm[] }> {
  const node = await rowOf(store, nodes, nodeText)
  const jvms = await store.jvms.list({ where: { nodeId: node.id } })
  const profiles = new Map(
    (await store.jvmProfiles.list({ where: { id: jvms.map(({ jvmProfileId }) => jvmProfileId) } })).map((row) => [
      row.id,
      row,
    ]),
  )
  const items = jvms.flatMap(({ id, jvmProfileId }) => {
    const profile = profiles.get(jvmProfileId)
    if (profile === undefined) return []
    const { name, via, port } = profile
    const connection = connectionOf(machines.jvmStatusOf(id))
    return [{ id, node: { id: node.id, name: node.name }, profile: { id: jvmProfileId, name }, via, port, connection }]
  })
  return { items }
}

/**
 * What the explorer shows of a JVM: with the whole name of an MBean that one, else the names that match the pattern. Throws `bad-input`,
 * `not-found` where there is no such JVM or MBean, and `node-unreachable`, `node-auth`, `node-timeout` where the JVM does not answer.
 */
export async function exploreJvm(
  desk: JvmDesk,
  { node, profile, pattern = '*:*' }: { node: string; profile: string; pattern?: string },
): Promise<wire.MBeans> {
  if (!isObjectName(pattern)) {
    const message = `got ${JSON.stringify(pattern)}, expected an ObjectName such as "java.lang:type=Memory", or a pattern such as "java.lang:*"`
    throw new TscalerError('bad-input', `pattern: ${message}`, { findings: [{ path: 'pattern', message }] })
  }
  const { jvm, name } = await jvmOf(desk, node, profile)
  const answer = { jvm: { id: jvm.id, name }, at: instant(desk.clock.now()), domains: [], leftOut: 0, mbean: null }
  if (!isNamePattern(pattern)) return { ...answer, mbean: mbeanAnswer(await desk.machines.mbean(jvm.id, pattern)) }
  const names = await desk.machines.mbeanNames(jvm.id, pattern)
  const shown = names.slice(0, namesMax)
  return { ...answer, domains: byDomain(shown), leftOut: names.length - shown.length }
}

async function jvmOf({ store }: JvmDesk, nodeText: string, profileText: string): Promise<{ jvm: Jvm; name: string }> {
  const node = await rowOf(store, nodes, nodeText)
  const profile = await rowOf(store, jvmProfiles, profileText)
  const jvm = await store.jvms.findOne({ nodeId: node.id, jvmProfileId: profile.id })
  if (jvm) return { jvm, name: profile.name }
  throw new TscalerError(
    'not-found',
    `Node "${node.name}" has no JVM profile "${profile.name}". Give it the profile first.`,
  )
}

function byDomain(names: readonly string[]): wire.MBeans['domains'] {
  const domains = Map.groupBy(names, (name) => name.slice(0, name.indexOf(':')))
  return [...domains]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, mbeans]) => ({ name, mbeans: mbeans.toSorted() }))
}

function mbeanAnswer({ attributes, ...mbean }: Awaited<ReturnType<Desk['machines']['mbean']>>): wire.MBean {
  return {
    ...mbean,
    attributes: attributes.map(({ failure, ...attribute }) => ({
      ...attribute,
      ...(failure === undefined ? {} : { failure: { kind: failure.failure, text: failure.text } }),
    })),
  }
}
