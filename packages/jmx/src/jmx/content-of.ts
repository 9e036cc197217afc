import type { JmxErrorCode } from '../error.ts'
import type { Returned } from '../jrmp/return-decoder.ts'
import type { Content } from '../serialization/graph.ts'
import { remoteTrouble } from './trouble.ts'

/** The result of a call; throws the exception that it ended in. `failed` is the code for what the MBean itself has thrown. */
export function contentOf(returned: Returned, failed: JmxErrorCode = 'attribute-failed'): Content {
  if (returned.kind === 'exception') throw remoteTrouble(returned.exception, failed)
  return returned.content
}
