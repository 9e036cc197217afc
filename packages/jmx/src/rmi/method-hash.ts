import { createHash } from 'node:crypto'
import { ByteWriter } from '../bytes/writer.ts'
import type { Method } from '../jrmp/call.ts'

/** A remote method by its name and JVM descriptor, as in `close()V` (RMI specification §8.3: the method hash). */
export function remoteMethod(signature: string): Method {
  const digest = createHash('sha1').update(new ByteWriter().utf(signature).bytes()).digest()
  return { operation: -1, hash: digest.readBigInt64LE() }
}
