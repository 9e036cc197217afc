import type { Machines } from '../desk/machines.ts'
import type { Store } from '../keep/store/store.ts'
import { TscalerError } from '../model/problem.ts'
import { problemOf } from '../reach/failure.ts'
import type { JvmLink } from '../reach/jmx/jvm-link.ts'
import type { Jvms } from '../reach/jmx/jvms.ts'
import type { MachineCheck, Reach } from '../reach/machine.ts'

/** The machines and JVMs of this process, as the desk asks for them. */
export function openMachines({ store, reach, jvms }: { store: Store; reach: Reach; jvms: Jvms }): Machines {
  return {
    statusOf: (nodeId) => reach.find(nodeId)?.status,
    jvmStatusOf: (jvmId) => jvms.find(jvmId)?.status,
    async check(nodeId) {
      const links = (await store.jvms.list({ where: { nodeId } })).flatMap(({ id }) => jvms.find(id) ?? [])
      const ofNode = reach.find(nodeId)?.check() ?? Promise.resolve(withoutProfile(links.length > 0))
      const checks = await Promise.all([ofNode, ...links.map((link) => link.check())])
      return { ok: checks.every(({ ok }) => ok), findings: checks.flatMap(({ findings }) => findings) }
    },
    mbeanNames: (jvmId, pattern) => inWords(linkOf(jvms, jvmId).names(pattern)),
    mbean: (jvmId, name) => inWords(linkOf(jvms, jvmId).describe(name)),
  }
}

/** A node may be there for its JVMs alone. */
function withoutProfile(hasJvms: boolean): MachineCheck {
  const text = hasJvms
    ? 'The node has no SSH profile: no scripts run here, its JVMs are asked directly.'
    : 'The node has no SSH profile. Give it one.'
  return { ok: hasJvms, findings: [{ what: 'SSH', ok: hasJvms, text }] }
}

function linkOf(jvms: Jvms, jvmId: number): JvmLink {
  const link = jvms.find(jvmId)
  if (link) return link
  throw new TscalerError('not-found', `JVM ${jvmId} is not known yet. Ask again in a second.`, { retryable: true })
}

async function inWords<Found>(looking: Promise<Found>): Promise<Found> {
  try {
    return await looking
  } catch (thrown) {
    throw problemOf(thrown)
  }
}
