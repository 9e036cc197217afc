import type { Node } from '../../model/node.ts'
import type { Tables } from './store.ts'

/**
 * Makes the node's JVMs those of its profiles: to be called in every transaction that writes a node. A pair that stays keeps its id, so
 * that its samples stay its own; one that goes and comes again is another JVM. Gives the ids of those that went.
 */
export async function keepJvms(
  { jvms }: Pick<Tables, 'jvms'>,
  { id: nodeId, jvmProfileIds }: Pick<Node, 'id' | 'jvmProfileIds'>,
): Promise<number[]> {
  const there = await jvms.list({ where: { nodeId } })
  const gone = there.filter(({ jvmProfileId }) => !jvmProfileIds.includes(jvmProfileId)).map(({ id }) => id)
  if (gone.length > 0) await jvms.removeWhere({ id: gone })
  for (const jvmProfileId of jvmProfileIds) {
    if (!there.some((jvm) => jvm.jvmProfileId === jvmProfileId)) await jvms.insert({ nodeId, jvmProfileId })
  }
  return gone
}
