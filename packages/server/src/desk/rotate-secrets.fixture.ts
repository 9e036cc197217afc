import { writeSync } from 'node:fs'
import { embeddedQueue } from '../keep/queue/embedded/embedded.ts'
import { embeddedKey } from '../keep/secrets/key-file.ts'
import { openKeyRing } from '../keep/secrets/key-ring.ts'
import { openStore } from '../keep/store/all.ts'
import type { Store, Transaction } from '../keep/store/store.ts'
import { FakeClock } from '../model/fake-clock.ts'
import { rotateSecrets } from './rotate-secrets.ts'

/**
 * A process that rotates the key of a data folder and is killed by SIGKILL at a point: `node rotate-secrets.fixture.ts DATA POINT
 * [forget]`, where POINT is a number of rows written, `commit` (just before it), or `after`.
 */
const [dataFolder = '', point = '', forget] = process.argv.slice(2)
const clock = new FakeClock()
const store = await openStore({ url: `sqlite:${dataFolder}/tscaler.db`, clock })
const { uid } = await store.installation.get(1)
const key = embeddedKey({ dataFolder, installation: uid, stateHome: undefined, home: undefined })
const keyRing = openKeyRing({ text: key.text, ownFile: key.file })
const queue = embeddedQueue({ clock, warn: () => {} })

function die(): never {
  writeSync(1, 'dying')
  process.kill(process.pid, 'SIGKILL')
  throw new Error('SIGKILL takes effect before this')
}

let written = 0
function dying(tables: Transaction): Transaction {
  const { sshProfiles } = tables
  const update: typeof sshProfiles.update = async (...args) => {
    if (String(written) === point) die()
    written += 1
    return sshProfiles.update(...args)
  }
  const its = Object.create(sshProfiles, {
    update: { value: update },
    list: { value: sshProfiles.list.bind(sshProfiles) },
  })
  return { ...tables, sshProfiles: its }
}

const watched: Pick<Store, 'transaction'> = {
  transaction: (work) =>
    store.transaction(async (tables) => {
      const result = await work(dying(tables))
      if (point === 'commit') die()
      return result
    }),
}
await rotateSecrets(
  { store: { ...store, ...watched }, queue, clock, keyRing },
  { who: 'test', role: 'admin', userId: null },
  { forgetOlder: forget === 'forget' },
)
die()
