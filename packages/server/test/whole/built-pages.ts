import { execFileSync } from 'node:child_process'
import path from 'node:path'

const bootstrap = path.resolve(import.meta.dirname, '../../../../scripts/bootstrap.mjs')

/** Builds the pages where they have changed since the last time. Test files run side by side: the build's own lock keeps them out of each other's way. */
export function buildPages(): void {
  execFileSync(process.execPath, [bootstrap, 'build'], { stdio: 'ignore' })
}
