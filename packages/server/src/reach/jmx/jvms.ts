import type { Clock } from '../../model/clock.ts'
import type { ReachLog } from '../log.ts'
import type { Machine } from '../machine.ts'
import { Turns } from '../ssh/turns.ts'
import type { JvmAccess, JvmLink } from './jvm-link.ts'
import { KeptLink, type LinkParts } from './kept-link.ts'

/** Where JVMs come from: one link for each node–profile pair, kept for as long as its access stays the same. */
export interface Jvms {
  /** The link of a pair; undefined where tscaler does not know it. */
  find(jvmId: number): JvmLink | undefined
  /** Takes over the JVMs there are now: opens none, closes what left or whose access changed. */
  configure(accesses: readonly JvmAccess[]): void
  close(): void
}

/** What the JVMs are reached with. */
export interface JvmsParts {
  clock: Clock
  /** 0 ≤ random < 1, for jitter. */
  random: () => number
  log: ReachLog
  /** The machine of a node, for JVMs that are reached through it. */
  machineOf: (nodeId: number) => Pick<Machine, 'forward'> | undefined
}

/** Logins under way over the whole fleet: each is 5 to 10 ms of this machine's time, and the JVM's. */
const loginsMax = 16

/** All JVMs there are. Nothing is opened before it is used. */
export function openJvms(parts: JvmsParts): Jvms {
  const shared: LinkParts = { ...parts, turns: new Turns(loginsMax) }
  let links = new Map<number, KeptLink>()
  function configure(accesses: readonly JvmAccess[]): void {
    const next = new Map<number, KeptLink>()
    for (const access of accesses) {
      const before = links.get(access.jvmId)
      next.set(access.jvmId, before?.isFor(access) ? before : new KeptLink(access, shared))
    }
    for (const [id, link] of links) if (next.get(id) !== link) link.close()
    links = next
  }
  return { find: (jvmId) => links.get(jvmId), configure, close: () => configure([]) }
}
