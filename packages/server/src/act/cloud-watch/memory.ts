import type { Instance } from './instance.ts'
import { Sightings } from './sightings.ts'

/** How often in a row a cloud may not be read before people are told: a minute without it is nothing. */
const failuresMax = 3

/** What one look remembers for the next. It may be lost: all is then seen anew, and believed later. */
export class Memory {
  readonly sightings = new Sightings()
  /** What each cloud was last seen to have, by its subject: shown on while it can't be read. */
  readonly instances = new Map<string, readonly Instance[]>()
  readonly #hosts = new Map<string, { hostname: string; host: string }>()
  readonly #failures = new Map<string, number>()

  /** The address at which the cloud has the machine of a node with that host name, while all is right. */
  sawHost(vmId: string, hostname: string, host: string): void {
    this.#hosts.set(vmId, { hostname, host })
  }

  /** What was seen last; undefined: nothing yet, or the node had another host name then. */
  hostOf(vmId: string, hostname: string): string | undefined {
    const seen = this.#hosts.get(vmId)
    return seen?.hostname === hostname ? seen.host : undefined
  }

  /** Takes down what could not be read in this look; gives what could not for too long. */
  failed(subjects: ReadonlySet<string>): Set<string> {
    for (const subject of this.#failures.keys()) if (!subjects.has(subject)) this.#failures.delete(subject)
    for (const subject of subjects) this.#failures.set(subject, (this.#failures.get(subject) ?? 0) + 1)
    return new Set([...this.#failures].filter(([, count]) => count >= failuresMax).map(([subject]) => subject))
  }

  /** After a look: what of machines that no node has is not needed any more. */
  forget(vmIds: ReadonlySet<string>, at: number): void {
    this.sightings.forgetOld(at)
    for (const vmId of this.#hosts.keys()) if (!vmIds.has(vmId)) this.#hosts.delete(vmId)
  }
}
