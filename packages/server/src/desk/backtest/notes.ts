import { instant } from '../../wire/convert/show.ts'
import type { Scene } from './scene.ts'

/** What to know when reading a backtest, in sentences. */
export function notesOf(
  { change, goneNodes, nodes }: Scene,
  { fromAt, recordedFrom, isGiven }: { fromAt: number; recordedFrom: number | null; isGiven: boolean },
): string[] {
  const changes = change.added + change.removed > 0
  return [
    ...(changes ? ['The recorded load does not answer to nodes that would have come or gone.'] : []),
    ...(changes ? ['Every would-be run is taken to succeed.'] : []),
    ...(recordedFrom === null ? ['There are no samples of its series.'] : []),
    ...(recordedFrom !== null && recordedFrom > fromAt
      ? [`Its oldest sample is of ${instant(recordedFrom)}; before that nothing is judged.`]
      : []),
    ...(isGiven
      ? [`The samples were given; their ${nodes.length} nodes are taken to have been in service throughout.`]
      : []),
    ...(goneNodes > 0
      ? [`${goneNodes} nodes that are gone are judged too, from the end of the runs that deployed them.`]
      : []),
    ...(isGiven ? [] : ['Nodes that were removed and had not been deployed by tscaler are not known any more.']),
  ]
}
