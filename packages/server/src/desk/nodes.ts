import { resolveIn } from '../act/alerts/rows.ts'
import { tell } from '../keep/queue/topics.ts'
import { TscalerError } from '../model/problem.ts'
import type { MachineCheck } from '../reach/machine.ts'
import type { TrustAnswer } from '../wire/watching.ts'
import { audit } from './audit.ts'
import type { Asker, Desk } from './desk.ts'
import { fingerprintOf } from './fingerprint.ts'
import { nodes } from './kinds/all.ts'
import { rowOf } from './resources.ts'

/** Connects to the node now and tries everything; what fails says what to do. */
export async function checkNode(desk: Pick<Desk, 'store' | 'machines'>, text: string): Promise<MachineCheck> {
  return desk.machines.check((await rowOf(desk.store, nodes, text)).id)
}

/** Accepts the key that the node showed in place of the pinned one. Throws `wrong-state` where none, or another one, was shown. */
export async function trustNode(
  desk: Pick<Desk, 'store' | 'queue' | 'clock' | 'alerts'>,
  asker: Asker,
  given: { of: string; fingerprint?: string },
): Promise<TrustAnswer> {
  const at = desk.clock.now()
  const { answer, nodeId, alertIds } = await desk.store.transaction(async (tables) => {
    const node = await rowOf(tables, nodes, given.of)
    const [old, offered] = [fingerprintOf(node.hostKey), fingerprintOf(node.offeredHostKey)]
    if (offered === null)
      throw new TscalerError(
        'wrong-state',
        `${node.name} has shown no other key than the pinned one. There is nothing to accept.`,
      )
    if (given.fingerprint !== undefined && given.fingerprint !== offered) {
      throw new TscalerError(
        'wrong-state',
        `${node.name} shows ${offered} now, not ${given.fingerprint}. Look at it again before you accept it.`,
      )
    }
    await tables.nodes.update(node.id, { hostKey: node.offeredHostKey, offeredHostKey: null })
    const alertIds = await resolveIn(tables, { kind: 'host-key-changed', subject: `node:${node.id}` }, at)
    await audit(tables, asker, {
      at,
      what: 'trust',
      kind: 'node',
      subject: node,
      detail: `${old ?? 'no key'} → ${offered}`,
    })
    return { answer: { old, new: offered }, nodeId: node.id, alertIds }
  })
  tell(desk.queue, 'config.changed', { who: asker.who })
  tell(desk.queue, 'node.changed', { nodeId })
  desk.alerts.announce(alertIds)
  return answer
}
