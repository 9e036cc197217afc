import { isName } from '../../../model/name.ts'
import type { Document } from '../../../wire/document.ts'
import { Places } from '../document-file/places.ts'
import { cantBeUsed, type SourceFile } from '../document-file/source-file.ts'
import type { Host, LineFinding, ReadHosts } from './host.ts'
import { type LoginOptions, loginsOf, missing, type ReadKey } from './logins.ts'

/** What the command says about all hosts. */
export interface AdoptOptions extends LoginOptions {
  /** All hosts go into this one. */
  cluster?: string
}

type ClusterEntry = NonNullable<Document['clusters']>[number]
type NodeEntry = NonNullable<ClusterEntry['nodes']>[number]

/**
 * The configuration document that takes the hosts in, laid over what is there: fields that the inventory does not name stay. Throws
 * `bad-input` with everything that is wrong, by the inventory's lines.
 */
export function adoptHosts(
  { hosts, findings }: ReadHosts,
  {
    name,
    where = (line) => `${name}:${line}`,
    options,
    present,
    readKey,
  }: {
    name: string
    /** As messages name the place of a host. */
    where?: (line: number) => string
    options: AdoptOptions
    present: Document
    readKey: ReadKey
  },
): SourceFile {
  const logins = loginsOf(hosts, options, readKey)
  const homeless = hosts.filter((host) => clusterOf(host, options) === null)
  const all: LineFinding[] = [...findings, ...logins.findings]
  if (homeless.length > 0) {
    const lack = homeless.some(({ instance }) => instance !== null)
      ? 'have no tag Cluster'
      : 'are in no group, and have no cluster'
    all.push(missing(homeless, lack, '--cluster NAME'))
  }
  if (hosts.length === 0 && all.length === 0) all.push({ line: 1, message: 'names no host.' })
  if (all.length > 0)
    throw cantBeUsed(
      name,
      inOrder(all).map(({ line, message }) => ({ path: where(line), message })),
    )
  const places = new Places(where)
  const before = new Map((present.sshProfiles ?? []).map((profile) => [profile.name, profile]))
  const sshProfiles = logins.profiles.map(({ body, line }, index) => {
    places.note(`sshProfiles[${index}]`, line)
    return { ...before.get(body.name), ...body }
  })
  const clusters = clusterEntries(hosts, { options, present, places, profileOf: logins.nameOf })
  const document = { version: 1, ...(sshProfiles.length > 0 ? { sshProfiles } : {}), clusters }
  return { name, document, findings: [], inFile: (wrong) => places.inFile(wrong) }
}

function inOrder(findings: LineFinding[]): LineFinding[] {
  return findings.toSorted((a, b) => a.line - b.line)
}

function clusterOf(host: Host, options: AdoptOptions): string | null {
  return options.cluster ?? host.cluster
}

interface Means {
  options: AdoptOptions
  present: Document
  places: Places
  profileOf(host: Host): string | null
}

function clusterEntries(hosts: readonly Host[], means: Means): ClusterEntry[] {
  const known = new Map((means.present.clusters ?? []).map((cluster) => [cluster.name, cluster]))
  const nodes = new Map(
    (means.present.clusters ?? []).flatMap((cluster) =>
      (cluster.nodes ?? []).map((node) => [node.name, node] as const),
    ),
  )
  const byCluster = Map.groupBy(hosts, (host) => clusterOf(host, means.options) ?? '')
  return [...byCluster].map(([name, own], index) => {
    means.places.note(`clusters[${index}]`, own[0]?.line ?? 1)
    const entries = own.map((host, at) => {
      means.places.note(`clusters[${index}].nodes[${at}]`, host.line)
      return nodeEntry(host, nodes.get(nodeName(host)), means)
    })
    return { ...known.get(name), name, nodes: entries }
  })
}

function nodeEntry(host: Host, before: NodeEntry | undefined, { profileOf }: Means): NodeEntry {
  const name = nodeName(host)
  const labels = { ...before?.labels, ...host.labels }
  const place = host.local ? { local: true } : { hostname: host.hostname, sshProfile: profileOf(host) }
  return {
    ...before,
    name,
    ...place,
    ...(host.port === null ? {} : { port: host.port }),
    ...(host.jvmProfiles.length === 0 ? {} : { jvmProfiles: [...host.jvmProfiles] }),
    ...(host.hostKey === null ? {} : { hostKey: host.hostKey }),
    ...(host.site === null ? {} : { site: host.site }),
    ...(host.instance === null ? {} : { instanceId: host.instance.id, ec2Profile: host.instance.ec2Profile }),
    ...(host.isProtected ? { protected: true } : {}),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  }
}

/** Names begin with a letter, which addresses don't. */
function nodeName({ name }: Host): string {
  return !isName(name) && isName(`node-${name}`) ? `node-${name}` : name
}
