import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'

const run = promisify(execFile)

/** A disk of a few megabytes for tests of what happens when there is no space. */
export interface SmallDisk {
  folder: string
  /** Takes all that is free. */
  fill(): Promise<void>
  free(): Promise<void>
}

/** Mounts a disk of 4 MB, which only root may; skips with the reason otherwise. */
export async function withSmallDisk(context: TestContext, use: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'small-disk-'))
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder])
  } catch {
    await rm(folder, { recursive: true })
    context.skip('a small disk can be mounted by root only')
  }
  const ballast = join(folder, 'ballast')
  try {
    await use({
      folder,
      async fill() {
        const { bavail, bsize } = await statfs(folder)
        const file = await open(ballast, 'w')
        await file.write(Buffer.alloc(bavail * bsize))
        await file.close()
      },
      free: () => rm(ballast),
    })
  } finally {
    await run('umount', ['-l', folder])
    await rm(folder, { recursive: true })
  }
}
