import type { Field } from '../../model/fields.ts'
import type { FleetNode } from '../fleet-node.ts'

/** What every action that takes machines away has. */
export const removalFields = {
  choose: {
    kind: 'text',
    help: 'Which of a cluster: the newest or the oldest.',
    default: 'newest',
    oneOf: ['newest', 'oldest'],
  },
  count: { kind: 'number', help: 'How many.', default: 1, min: 1, max: 50, integer: true, unit: 'machines' },
} as const satisfies Record<string, Field>

/** The nodes of a cluster that go: with a machine, in service, not protected. Fewer than asked for is no removal. */
export function chooseRemovable(
  { choose, count }: Readonly<Record<string, unknown>>,
  nodes: readonly FleetNode[],
): FleetNode[] | string {
  const wanted = typeof count === 'number' ? count : 1
  const removable = nodes
    .filter(
      ({ instanceId, state, protected: isProtected }) => instanceId !== null && state === 'in-service' && !isProtected,
    )
    .sort((a, b) => (a.inServiceAt ?? 0) - (b.inServiceAt ?? 0) || a.id - b.id)
  if (removable.length < wanted) {
    const found = removable.length === 0 ? 'none' : `only ${removable.length}`
    return `has ${found} of ${wanted} machines to take away: a node counts that has an instance, is in service, and is not protected.`
  }
  return choose === 'oldest' ? removable.slice(0, wanted) : removable.slice(-wanted).reverse()
}
