import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { quantile } from '../statistics.ts'

const writes = 100

/** What one durable write costs in this folder: the median of a hundred, so that a slow disk is not taken for a slow program. */
export async function fsyncMs(folder: string): Promise<number> {
  const file = await open(join(folder, 'fsync'), 'a')
  try {
    const tookMs: number[] = []
    for (let n = 0; n < writes; n += 1) {
      const beganAt = performance.now()
      await file.write(Buffer.alloc(4_096))
      await file.datasync()
      tookMs.push(performance.now() - beganAt)
    }
    return quantile(tookMs, 0.5)
  } finally {
    await file.close()
  }
}
