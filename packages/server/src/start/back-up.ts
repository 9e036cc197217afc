import { existsSync } from 'node:fs'
import path from 'node:path'
import { makeBackup } from '../keep/backup/make-backup.ts'
import { keyFilesOf } from '../keep/secrets/key-file.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import type { BackupMade } from '../serve/cli/io.ts'
import { version } from '../version.ts'
import type { Homes } from './open-keep.ts'
import type { Settings } from './settings.ts'

/** Makes a backup of the settings' data folder, whether a server runs there or not. Throws `bad-input`, `store-unusable`, `disk-full`. */
export async function backUp(
  settings: Settings,
  { file, samples, homes, clock }: { file: string; samples: boolean; homes: Homes; clock: Clock },
): Promise<BackupMade> {
  refuseServers(settings, 'backed up')
  const { dataFolder } = settings
  const made = await makeBackup({ dataFolder, file, samples, version, now: clock.now() })
  const settingsFile = path.join(dataFolder, 'settings.yaml')
  return {
    file,
    bytes: made.bytes,
    files: made.files.map(({ name, bytes }) => ({ name, bytes })),
    counts: made.counts,
    sealedWith: made.sealedWith,
    keyPlace: made.sealedWith.length === 0 ? null : keyPlace(settings, homes, made.installation),
    settingsFile: existsSync(settingsFile) ? settingsFile : null,
  }
}

/** Only the data folder's own store is; a database server has tools of its own, which know how to do it while it runs. Throws `bad-input`. */
export function refuseServers({ store }: Settings, done: string): void {
  const scheme = /^([a-z]+):\/\//.exec(store)?.[1]
  if (store === 'sqlite:') return
  if (scheme === undefined || scheme === 'sqlite') {
    const message = `TSCALER_STORE=${store} names a file outside the data folder, and only what lies in that is ${done}. Move it to tscaler.db there, and leave the setting out.`
    throw new TscalerError('bad-input', message, { findings: [{ path: 'TSCALER_STORE', message }] })
  }
  const tool = scheme.startsWith('postgres') ? 'pg_dump and pg_restore' : 'mariadb-dump and mariadb'
  const message = `The configuration and runs are in a database server (TSCALER_STORE=${scheme}://…), which is ${done} with its own tools: ${tool}. docs/operating/backup.md says how.`
  throw new TscalerError('bad-input', message, { findings: [{ path: 'TSCALER_STORE', message }] })
}

function keyPlace({ secretKey, secretKeyFile, dataFolder }: Settings, homes: Homes, installation: string): string {
  if (secretKey !== null) return 'TSCALER_SECRET_KEY'
  return secretKeyFile ?? keyFilesOf({ dataFolder, installation, ...homes })[0] ?? 'nowhere to be found'
}
