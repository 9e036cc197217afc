import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** A process that puts a backup in place and is killed by SIGKILL before its Nth change of names: `node … DATA FROM ASIDE N`. */
const [dataFolder = '', from = '', aside = '', at = ''] = process.argv.slice(2)

let changes = 0
function dieAt(): void {
  if (changes === Number(at)) process.kill(process.pid, 'SIGKILL')
  changes += 1
}

const { renameSync, linkSync, mkdirSync } = fs
fs.renameSync = (...args) => {
  dieAt()
  renameSync(...args)
}
fs.linkSync = (...args) => {
  dieAt()
  linkSync(...args)
}
fs.mkdirSync = Object.assign((...args: Parameters<typeof mkdirSync>) => {
  dieAt()
  return mkdirSync(...args)
})
syncBuiltinESMExports()

const { putInPlace } = await import('./put-in-place.ts')
await putInPlace({ dataFolder, from, names: ['tscaler.db', 'samples.db'], aside })
