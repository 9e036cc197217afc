import type { Logger } from 'pino'
import { type DataFolder, takeDataFolder } from '../keep/data-folder.ts'
import { embeddedHistory } from '../keep/history/embedded/embedded.ts'
import type { History } from '../keep/history/history.ts'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import type { Queue } from '../keep/queue/queue.ts'
import { embeddedRecent } from '../keep/recent/embedded/embedded.ts'
import type { Recent } from '../keep/recent/recent.ts'
import { sampleLogFiles } from '../keep/sample-log/files/files.ts'
import type { SampleLog } from '../keep/sample-log/sample-log.ts'
import { embeddedKey, readKeyFile } from '../keep/secrets/key-file.ts'
import type { Vault } from '../keep/secrets/secrets.ts'
import { openVault } from '../keep/secrets/vault.ts'
import { openStore } from '../keep/store/all.ts'
import type { Store } from '../keep/store/store.ts'
import type { Clock } from '../model/clock.ts'
import type { Settings } from './settings.ts'

/** Everything that is kept, open. */
export interface Keep {
  folder: DataFolder
  store: Store
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
  try {
    const url = settings.store === 'sqlite:' ? `sqlite:${folder.file('tscaler.db')}` : settings.store
    store = await openStore({ url, clock })
    const vault = openVault(await keyText(settings, homes, folder, store))
    // This process has the folder's lock: whoever held a run's lease is gone.
    await store.leases.endAll()
    return open({ folder, store, vault, clock, log })
  } catch (thrown) {
    await store?.close()
    folder.release()
    throw thrown
  }
}

function open({
  folder,
  store,
  vault,
  clock,
  log,
}: Pick<Keep, 'folder' | 'store' | 'vault'> & { clock: Clock; log: Logger }): Keep {
  const queue = embeddedQueue({ clock, warn: (message, details) => log.warn(details, message) })
  const recent = embeddedRecent()
  const history = embeddedHistory({ path: folder.file('samples.db'), clock, note: (text) => log.warn(text) })
  const sampleLog = sampleLogFiles({ folder: folder.file('log'), clock })
  return {
    folder,
    store,
    vault,
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

async function keyText(settings: Settings, homes: Homes, folder: DataFolder, store: Store): Promise<string> {
  if (settings.secretKey !== null) return settings.secretKey
  if (settings.secretKeyFile !== null) return readKeyFile(settings.secretKeyFile)
  const { uid } = await store.installation.get(1)
  return embeddedKey({ dataFolder: folder.path, installation: uid, ...homes }).text
}
