import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { audit } from '../desk/audit.ts'
import { stopAll } from '../desk/stops.ts'
import { type Manifest, storeFile } from '../keep/backup/manifest.ts'
import { putInPlace } from '../keep/backup/put-in-place.ts'
import { contentsOf, sealedSamples } from '../keep/backup/snapshot.ts'
import { unpack } from '../keep/backup/unpack.ts'
import { type DataFolder, takeDataFolder } from '../keep/data-folder.ts'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import { recordKeyFile } from '../keep/secrets/key-file.ts'
import { openStore } from '../keep/store/all.ts'
import { migrations } from '../keep/store/sqlite/migrations/all.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import type { RestorePlan } from '../serve/cli/io.ts'
import { version } from '../version.ts'
import { refuseServers } from './back-up.ts'
import { findKey } from './find-key.ts'
import type { Homes } from './open-keep.ts'
import type { Settings } from './settings.ts'

/** What restoring is given beside the settings. */
export interface RestoreParts {
  file: string
  homes: Homes
  clock: Clock
  /** Is shown what would be done, and says whether to. */
  go: (plan: RestorePlan) => Promise<boolean>
}

const WORK = 'restore.work-'

/**
 * Restores a backup into the settings' data folder, with everything stopped: runs of then must not go on in a world of now.
 * Nothing is changed before every check has passed and `go` has said yes; what was there is kept aside. Gives whether it
 * was done. Throws `data-folder-taken` where a server runs, `bad-input` for a damaged or newer backup, `wrong-secret-key`.
 */
export async function restore(settings: Settings, parts: RestoreParts): Promise<boolean> {
  refuseServers(settings, 'restored')
  const { clock } = parts
  const folder = takeDataFolder({ path: settings.dataFolder, command: 'tscaler restore', clock })
  try {
    // Left over from one that was killed; the folder is ours alone.
    for (const name of readdirSync(folder.path)) if (name.startsWith(WORK)) remove(folder.file(name))
    const work = mkdtempSync(folder.file(WORK))
    try {
      return await restoreFrom(work, folder, settings, parts)
    } finally {
      remove(work)
    }
  } finally {
    folder.release()
  }
}

async function restoreFrom(
  work: string,
  folder: DataFolder,
  settings: Settings,
  { file, homes, clock, go }: RestoreParts,
): Promise<boolean> {
  const manifest = await unpack(file, work)
  refuseNewer(manifest, file)
  const staged = path.join(work, storeFile)
  const key = findKey(settings, homes, { installation: manifest.installation, envelopes: sealedSamples(staged) })
  const aside = freeName(
    folder.file(`before-restore-${new Date(clock.now()).toISOString().slice(0, 19).replace(/:/g, '-')}`),
  )
  const replaces = presentOf(folder, manifest, aside)
  const { madeAt, counts, files } = manifest
  const plan = {
    dataFolder: folder.path,
    madeAt,
    version: manifest.version,
    counts,
    files,
    replaces,
    keyPlace: key?.place ?? null,
  }
  if (!(await go(plan))) return false
  await makeSafe(staged, manifest, clock)
  await putInPlace({ dataFolder: folder.path, from: work, names: files.map(({ name }) => name), aside })
  if (key?.file !== undefined) recordKeyFile(folder.path, key.file)
  return true
}

function refuseNewer({ schema, version: madeBy }: Manifest, file: string): void {
  const known = new Set(migrations.map(({ name }) => name))
  const newer = schema.filter((name) => !known.has(name))
  if (newer.length === 0) return
  const message = `${file} was made by a newer tscaler (${madeBy}; it has ${newer.join(', ')}) than this one (${version}). Restore it with that version.`
  throw new TscalerError('bad-input', message)
}

function presentOf(folder: DataFolder, { installation }: Manifest, aside: string): RestorePlan['replaces'] {
  const present = folder.file(storeFile)
  if (!existsSync(present)) return null
  try {
    const now = contentsOf(present)
    return { sameInstallation: now.installation === installation, counts: now.counts, aside }
  } catch {
    return { sameInstallation: false, counts: null, aside } // damaged: perhaps why there is something to restore
  }
}

/**
 * Brings the copy to this program's form and stops everything in it: a run that was under way then may have ended, or its
 * machines be gone. Sessions are ended, as one that was signed out since would be signed in again.
 */
async function makeSafe(staged: string, { madeAt }: Manifest, clock: Clock): Promise<void> {
  const store = await openStore({ url: `sqlite:${staged}`, clock })
  const queue = embeddedQueue({ clock, warn: () => {} })
  try {
    const asker = { who: `os:${userInfo().username}`, role: 'admin', userId: null } as const
    const made = new Date(madeAt).toISOString()
    const detail = `a backup of ${made}`
    await store.transaction(async (tables) => {
      await tables.sessions.removeWhere({})
      await audit(tables, asker, { at: clock.now(), what: 'restore', kind: 'installation', detail })
    })
    const reason = `Restored from ${detail}: look at nodes and runs, then lift this.`
    await stopAll({ store, queue, clock, alerts: { announce: () => {} } }, asker, { reason })
  } finally {
    await queue.close()
    await store.close()
  }
}

function freeName(name: string): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}-${n}`
    if (!existsSync(tried)) return tried
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}
