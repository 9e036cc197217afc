/** A JVM that is watched: the pair of a node and one of its JVM profiles. The id stands in series ids and is never given twice. */
export interface Jvm {
  id: number
  nodeId: number
  jvmProfileId: number
}
