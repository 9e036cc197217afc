import type { SshdNode } from '@tscaler/rehearsal/sshd.ts'
import { aCluster, aCounter, aNode, aTrigger } from '../../src/decide/fixtures.ts'
import type { Counter } from '../../src/model/counter.ts'
import type { Fleet } from '../../src/observe/fleet.ts'
import { readyMade } from '../../src/observe/ssh/ready-made.ts'
import type { SshAccess } from '../../src/reach/machine.ts'

/** A cluster as people have them: a trigger watches it. */
const nodesPerCluster = 10

/** `count` machines that are one sshd: it listens on all of 127.0.0.0/8. */
export function accessesTo(sshd: SshdNode, count: number): SshAccess[] {
  return Array.from({ length: count }, (_, index) => ({
    nodeId: index + 1,
    nodeName: `node${index + 1}`,
    hostname: `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`,
    port: sshd.port,
    user: sshd.user,
    privateKey: sshd.privateKey,
    passphrase: null,
    password: null,
    agent: null,
    hostKey: sshd.hostKey,
    hostKeys: 'strict',
    jump: [],
    knownHosts: null,
    certAuthorities: [],
    stopped: false,
  }))
}

/** The ready-made counters that fork nothing, in their order, as many as are wanted: totals and all. */
export function readyMadeCounters(count: number, periodMs: number): Counter[] {
  const names = Object.keys(readyMade).filter((name) => readyMade[name]?.forks === undefined)
  return Array.from({ length: count }, (_, index) =>
    counterOf(index, { readyMade: names[index % names.length] }, periodMs),
  )
}

/** Scripts of one fork and exec each, as most people write them. */
export function forkingCounters(count: number, periodMs: number): Counter[] {
  return Array.from({ length: count }, (_, index) => counterOf(index, { script: forkingScript }, periodMs))
}

export const forkingScript = "cut -d' ' -f1 /proc/loadavg"

/** Each counter has a threshold, so that each sample is judged; none is in breach. */
function counterOf(index: number, fields: Counter['fields'], periodMs: number): Counter {
  const threshold = { comparison: '>', limit: 1e15 } as const
  return aCounter({ id: index + 1, name: `counter${index + 1}`, fields, threshold, periodMs })
}

/** The nodes in clusters of ten, each collecting all counters, each with a trigger over all of them. */
export function fleetOf(nodeIds: readonly number[], counters: readonly Counter[]): Fleet {
  const clusterIds = Array.from({ length: Math.ceil(nodeIds.length / nodesPerCluster) }, (_, index) => index + 1)
  const clusters = clusterIds.map((id) => aCluster({ id, name: `c${id}`, counterIds: counters.map(({ id }) => id) }))
  const nodes = nodeIds.map((id, index) => {
    const clusterId = clusterIds[Math.floor(index / nodesPerCluster)] ?? null
    return aNode({ id, name: `node${id}`, clusterId })
  })
  const watched = counters.map(({ id }) => ({ counterId: id, threshold: null }))
  return {
    clusters: new Map(clusters.map((cluster) => [cluster.id, cluster])),
    nodes: new Map(nodes.map((node) => [node.id, node])),
    counters: new Map(counters.map((counter) => [counter.id, counter])),
    triggers: clusterIds.map((id) => aTrigger({ id, name: `t${id}`, clusterId: id, counters: watched })),
    sshProfiles: new Map(),
    jvmProfiles: new Map(),
    jvms: new Map(),
    effects: new Map([[3, 'none']]),
  }
}
