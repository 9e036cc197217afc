import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { say, Trouble } from './run.mjs'

const LOOK_AGAIN_MS = 200 // a person doesn't notice it, and it costs nothing
const WAIT_MAX_MS = 10 * 60_000 // a slow line fetches everything in less
const UNWRITTEN_MAX_MS = 10_000 // a holder writes its id at once; one that was killed between the two never will

/** Does the work alone in this checkout; others say what they wait for. A holder that was killed holds nothing. */
export async function withLock(root, waitingFor, work) {
  const file = path.join(root, '.cache/bootstrap.lock')
  mkdirSync(path.dirname(file), { recursive: true })
  const begun = Date.now()
  for (let told = false; !take(file); told = true) {
    if (!told) say(`${waitingFor}; waiting for it …`)
    if (Date.now() - begun > WAIT_MAX_MS)
      throw new Trouble(`${file} has been held for ten minutes; if nothing else runs here, remove it.`)
    await pause(LOOK_AGAIN_MS)
  }
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST')
      throw new Trouble(`${file} can't be written (${error.code}): give the folder to the user who runs this.`)
    if (!isAbandoned(file)) return false
    rmSync(file, { force: true })
    return take(file)
  }
}

function isAbandoned(file) {
  try {
    const holder = Number(readFileSync(file, 'utf8'))
    return holder ? !isAlive(holder) : Date.now() - statSync(file).mtimeMs > UNWRITTEN_MAX_MS
  } catch {
    return false // gone in the meantime: the next attempt takes it
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
