import type { Alerts } from '../act/alerts/alerts.ts'
import { fingerprintOf } from '../desk/fingerprint.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { tell } from '../keep/queue/topics.ts'
import type { SampleLog } from '../keep/sample-log/sample-log.ts'
import type { Store } from '../keep/store/store.ts'
import { jvmSubject } from '../model/alert.ts'
import type { Clock } from '../model/clock.ts'
import { messageOf } from '../model/problem.ts'
import type { Fleet } from '../observe/fleet.ts'
import { healthy, type NodeHealth, nextHealth, ofJvms, ofNodes } from '../observe/health/node-health.ts'
import type { Round } from '../observe/rounds/round.ts'
import type { HostKeyEvent } from '../reach/machine.ts'

/** What nodes are watched with. */
export interface NodeWatchParts {
  clock: Clock
  store: Store
  queue: Queue
  alerts: Alerts
  sampleLog: SampleLog
  fleet: () => Fleet
  report: (text: string) => void
}

/** Follows how nodes and JVMs answer: alerts where one has failed for long, and the log of samples. */
export function watchRounds(parts: NodeWatchParts): (round: Round) => void {
  /** By the subject that people are told of. */
  const known = new Map<string, NodeHealth>()
  return (round) => {
    const node = parts.fleet().nodes.get(round.nodeId)
    if (node === undefined) return
    logSamples(parts, round)
    const { jvm } = round
    const subject = jvm === null ? `node:${node.id}` : jvmSubject(jvm.id)
    const before = known.get(subject) ?? healthy
    const kinds = jvm === null ? ofNodes : ofJvms
    const { health, news } = nextHealth(before, round.samples, parts.clock.now(), kinds)
    known.set(subject, health)
    if ((before.failingSince === null) !== (health.failingSince === null))
      tell(parts.queue, 'node.changed', { nodeId: node.id })
    if (news === null) return
    const told =
      'raise' in news ? parts.alerts.raise(news.raise, subject, news.text) : parts.alerts.resolve(news.resolve, subject)
    told.catch((thrown: unknown) => parts.report(messageOf(thrown)))
  }
}

/** Writes down a first key that was accepted, and stops the node where another key than the pinned one was shown. */
export function watchHostKeys({ store, queue, alerts, fleet, report }: NodeWatchParts): (event: HostKeyEvent) => void {
  async function take({ nodeId, kind, offered, pinned }: HostKeyEvent): Promise<void> {
    const name = fleet().nodes.get(nodeId)?.name ?? `node ${nodeId}`
    if (kind === 'accepted-new') await store.nodes.update(nodeId, { hostKey: offered })
    else {
      await store.nodes.update(nodeId, { offeredHostKey: offered })
      const text = hostKeyText(name, offered, pinned)
      await alerts.raise('host-key-changed', `node:${nodeId}`, text)
    }
    tell(queue, 'config.changed', { who: 'tscaler' })
    tell(queue, 'node.changed', { nodeId })
  }
  return (event) => {
    take(event).catch((thrown: unknown) => report(messageOf(thrown)))
  }
}

function hostKeyText(name: string, offered: string, pinned: string | null): string {
  const accept = `accept the key on its page or with tscaler node trust ${name}.`
  if (pinned === null)
    return `${name} shows an SSH host key (${fingerprintOf(offered)}) that nobody has confirmed, and its profile takes none unseen. If it is the machine's own, ${accept}`
  return `${name} shows another SSH host key (${fingerprintOf(offered)}) than the pinned one (${fingerprintOf(pinned)}). All work on it is stopped; if it was rebuilt, ${accept}`
}

function logSamples({ sampleLog, fleet }: NodeWatchParts, { nodeId, jvm, counters, samples }: Round): void {
  const { nodes, clusters, jvmProfiles } = fleet()
  const node = nodes.get(nodeId)
  if (node === undefined) return
  const cluster = (node.clusterId === null ? undefined : clusters.get(node.clusterId)?.name) ?? ''
  const of = jvm === null ? {} : { jvm: jvmProfiles.get(jvm.jvmProfileId)?.name ?? `${jvm.jvmProfileId}` }
  sampleLog.append(
    counters.flatMap((counter, index) => {
      const sample = samples[index]
      return sample === undefined ? [] : [{ cluster, node: node.name, counter: counter.name, ...of, sample }]
    }),
  )
}
