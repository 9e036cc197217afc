import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const SOURCES = join(import.meta.dirname, '..', 'java')
const CACHE = join(import.meta.dirname, '..', '..', '..', '.cache', 'java')

/**
 * The folder with the compiled `java/*.java`. It is named by the sources' hash, so that they are compiled once a change
 * and not once a run (javac takes 2 s). Rejects with javac's words. Needs a JDK (`requirePart('java')`).
 */
export function javaClasses(): Promise<string> {
  classes ??= compiled()
  return classes
}

let classes: Promise<string> | undefined

async function compiled(): Promise<string> {
  const names = (await readdir(SOURCES)).filter((name) => name.endsWith('.java')).sort()
  const hash = createHash('sha256')
  for (const name of names) hash.update(`${name}\0`).update(await readFile(join(SOURCES, name)))
  const folder = join(CACHE, hash.digest('hex').slice(0, 16))
  if (await exists(folder)) return folder
  // Several test processes may start at once: each compiles aside, and the first to rename wins.
  const aside = `${folder}.${randomUUID()}`
  await mkdir(aside, { recursive: true })
  try {
    await run('javac', ['-encoding', 'UTF-8', '-nowarn', '-d', aside, ...names.map((name) => join(SOURCES, name))])
    await rename(aside, folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
