import type { Ref } from '../../../server/src/wire/schema.ts'

/** Between a node's name and its JVM's; neither name can have it. */
export const jvmSeparator = ' · '

/** What a series, or whatever else is a node's or its JVM's, is called everywhere: `shop01`, or `shop01 · app`. */
export function seriesName({ node, jvm }: { node: Pick<Ref, 'name'>; jvm: Pick<Ref, 'name'> | null }): string {
  return jvm === null ? node.name : `${node.name}${jvmSeparator}${jvm.name}`
}

/** How many there are of what a counter is measured on: `1 node`, `3 JVMs`. */
export function measuredText(series: readonly { jvm: Pick<Ref, 'name'> | null }[]): string {
  const noun = series.some(({ jvm }) => jvm !== null) ? 'JVM' : 'node'
  return `${series.length} ${noun}${series.length === 1 ? '' : 's'}`
}
