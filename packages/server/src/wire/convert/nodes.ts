import type { Node } from '../../model/node.ts'
import type * as wire from '../resources.ts'
import type { Ref } from '../schema.ts'
import type { Reader } from './read.ts'
import { type Show, stored } from './show.ts'
import type { Values } from './values.ts'

/** A node as a body writes it. */
export function nodeBody<R>(row: Node, show: Show<R>) {
  return { ...nodeInFile(row, show), cluster: row.clusterId === null ? null : show.ref('clusters', row.clusterId) }
}

/** A node as the configuration file writes it, within its cluster. */
export function nodeInFile<R>(row: Node, show: Show<R>) {
  return {
    name: row.name,
    local: row.local,
    hostname: row.hostname,
    port: row.port,
    hostKey: row.hostKey,
    sshProfile: row.sshProfileId === null ? null : show.ref('sshProfiles', row.sshProfileId),
    jvmProfiles: row.jvmProfileIds.map((id) => show.ref('jvmProfiles', id)),
    ec2Profile: row.ec2ProfileId === null ? null : show.ref('ec2Profiles', row.ec2ProfileId),
    instanceId: row.instanceId,
    protected: row.protected,
    site: row.site,
    labels: row.labels,
  }
}

export function nodeAnswer(row: Node, show: Show<Ref>, connection: wire.Node['connection']): wire.Node {
  return {
    ...stored(row),
    ...nodeBody(row, show),
    offeredHostKey: row.offeredHostKey,
    state: row.state,
    connection,
  }
}

/** A node that a person adds is in service at once. A new host key settles the question of an offered one. */
export function readNode(body: wire.NodeBody, reader: Reader, before?: Node, now = 0): Values<Node> {
  const hostKey = body.hostKey ?? null
  if (hostKey !== null && !isHostKey(hostKey)) {
    reader.wrong(reader.path('hostKey'), 'is no public key, expected one line such as "ssh-ed25519 AAAA…"')
  }
  const local = body.local ?? false
  return {
    name: body.name,
    clusterId: reader.refOrNull('clusters', body.cluster, 'cluster'),
    local,
    hostname: body.hostname ?? (local ? 'localhost' : body.name),
    port: body.port ?? 22,
    hostKey,
    offeredHostKey: before?.hostKey === hostKey ? before.offeredHostKey : null,
    sshProfileId: reader.refOrNull('sshProfiles', body.sshProfile, 'sshProfile'),
    jvmProfileIds: reader.refs('jvmProfiles', body.jvmProfiles, 'jvmProfiles'),
    ec2ProfileId: reader.refOrNull('ec2Profiles', body.ec2Profile, 'ec2Profile'),
    instanceId: body.instanceId ?? null,
    protected: body.protected ?? false,
    site: body.site ?? null,
    labels: body.labels ?? {},
    state: before?.state ?? 'in-service',
    inServiceAt: before === undefined ? now : before.inServiceAt,
    pausedUntil: before?.pausedUntil ?? null,
  }
}

function isHostKey(text: string): boolean {
  return /^(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+) [A-Za-z0-9+/]+={0,2}( .*)?$/.test(text)
}
