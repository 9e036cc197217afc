import type { Logger } from 'pino'
import { type DataFolder, takeDataFolder } from '../keep/data-folder.ts'
import { embeddedHistory } from '../keep/history/embedded/embedded.ts'
import type { History } from '../keep/history/history.ts'
import { openQueue } from '../keep/queue/all.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { openRecent } from '../keep/recent/all.ts'
import type { Recent } from '../keep/recent/recent.ts'
import { sampleLogFiles } from '../keep/sample-log/files/files.ts'
import type { SampleLog } from '../keep/sample-log/sample-log.ts'
import { embeddedKey, readKeyFile } from '../keep/secrets/key-file.ts'
import { type KeyRing, openKeyRing } from '../keep/secrets/key-ring.ts'
import type { Vault } from '../keep/secrets/secrets.ts'
import { isSharedStore, openStore } from '../keep/store/all.ts'
import type { Store } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import { TscalerError } from '../model/problem.ts'
import type { Settings } from './settings.ts'

/** Everything that is kept, open. */
export interface Keep {
  folder: DataFolder
  store: Store
  keyRing: KeyRing
  /** The key ring's. */
  vault: Vault
  queue: Queue
  recent: Recent
  history: History
  sampleLog: SampleLog
  close(): Promise<void>
}

/** Where the secret key is looked for beside the settings. */
export interface Homes {
  stateHome: string | undefined
  home: string | undefined
}

/** Takes the data folder and opens all that lies in it; throws `data-folder-taken`, `wrong-secret-key`, … with nothing left open. */
export async function openKeep(
  settings: Settings,
  homes: Homes,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<Keep> {
  const folder = takeDataFolder({ path: settings.dataFolder, command: 'tscaler serve', clock })
  let store: Store | undefined
  let queue: Queue | undefined
  const warn = (message: string, details: object) => log.warn(details, message)
  try {
    const url = storeUrl(settings, folder)
    refuseNoKey(settings, url)
    store = await openStore({ url, clock })
    const keyRing = openKeyRing(await keyOf(settings, homes, folder, store))
    // This process has the folder's lock: whoever held a run's lease is gone. A shared store has other users; leases there end by themselves.
    if (!isSharedStore(url)) await store.leases.endAll()
    queue = await openQueue({ setting: settings.queue, clock, warn })
    const outside = { keys: settings.cacheKeys, zone: settings.cacheZone, prefix: settings.cachePrefix }
    const recent = openRecent({ setting: settings.recent, outside, clock, warn })
    return open({ folder, store, keyRing, queue, recent, clock, log })
  } catch (thrown) {
    await queue?.close()
    await store?.close()
    folder.release()
    throw thrown
  }
}

/** Where the settings keep configuration and runs. */
function storeUrl(settings: Pick<Settings, 'store'>, folder: DataFolder): string {
  return settings.store === 'sqlite:' ? `sqlite:${folder.file('tscaler.db')}` : settings.store
}

/** Every process of a shared store has to have the same key; one made in this data folder would be this one's alone. */
function refuseNoKey({ secretKey, secretKeyFile }: Settings, url: string): void {
  if (!isSharedStore(url) || secretKey !== null || secretKeyFile !== null) return
  const message =
    'is missing, and a shared store needs it: the same key for every process. Make one with "openssl rand -hex 32", or name its file by TSCALER_SECRET_KEY_FILE'
  throw new TscalerError('bad-input', `TSCALER_SECRET_KEY ${message}.`, {
    findings: [{ path: 'TSCALER_SECRET_KEY', message }],
  })
}

function open({
  folder,
  store,
  keyRing,
  queue,
  recent,
  clock,
  log,
}: Pick<Keep, 'folder' | 'store' | 'keyRing' | 'queue' | 'recent'> & { clock: Clock; log: Logger }): Keep {
  const history = embeddedHistory({ path: folder.file('samples.db'), clock, note: (text) => log.warn(text) })
  const sampleLog = sampleLogFiles({ folder: folder.file('log'), clock })
  return {
    folder,
    store,
    keyRing,
    vault: keyRing.vault,
    queue,
    recent,
    history,
    sampleLog,
    async close() {
      await queue.close()
      await history.close()
      await sampleLog.close()
      await recent.close()
      await store.close()
      folder.release()
    },
  }
}

/** The keys' text, and the file they are in where tscaler made it. */
async function keyOf(settings: Settings, homes: Homes, folder: DataFolder, store: Store) {
  if (settings.secretKey !== null) return { text: settings.secretKey, ownFile: null }
  if (settings.secretKeyFile !== null) return { text: readKeyFile(settings.secretKeyFile), ownFile: null }
  const { uid } = await store.installation.get(1)
  const { text, file } = embeddedKey({ dataFolder: folder.path, installation: uid, ...homes })
  return { text, ownFile: file }
}
