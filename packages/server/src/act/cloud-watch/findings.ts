import type { AlertKind } from '../../model/alert.ts'
import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { watchedAlerts } from './facts.ts'
import type { Unread } from './reading.ts'

/** What people are told of, as long as it is so. */
export interface Told {
  kind: (typeof watchedAlerts)[number] & AlertKind
  subject: string
  text: string
}

/** What a look found. Every part of the comparison adds to it; written down at its end. */
export class Findings {
  /** Nodes in service whose machine is not what it was. */
  readonly out: { node: Node; told: Told }[] = []
  /** Nodes that the watch took out of service and whose machine is right again. */
  readonly back: Node[] = []
  /** Launches that have no machine any more, and no node. */
  readonly over: Launch[] = []
  readonly told: Told[] = []
  /** What could not be read. */
  readonly unread: Unread[] = []
  /** Subjects that could not be judged: what is told of them stays. */
  readonly open = new Set<string>()
  /** What is to be said of a machine, by its id. */
  readonly notes = new Map<string, string>()

  tell(kind: Told['kind'], subject: string, text: string): void {
    this.told.push({ kind, subject, text })
  }
}

/** The subject of what is told of a machine that is no node's, or of a node's machine where the node stays in service. */
export function vmSubject(vmId: string): string {
  return `vm:${vmId}`
}

/** The subject of what is told of a node that the watch has taken out of service. */
export function nodeSubject(nodeId: number): string {
  return `node:${nodeId}`
}
