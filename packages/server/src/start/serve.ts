import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../model/problem.ts'
import type { Homes } from './open-keep.ts'
import { openLog } from './open-log.ts'
import type { Settings } from './settings.ts'
import { startServer } from './start.ts'

/** What serving takes from outside beside the settings. */
export interface Outside {
  homes: Homes
  /** SSH_AUTH_SOCK; null: no agent. */
  agent: string | null
  stdout: { write(text: string): unknown }
}

/** Serves until a signal ends it; resolves when everything is closed. Prints where the page is, and the one-time link of a first start. */
export async function serveUntilStopped(settings: Settings, { homes, agent, stdout }: Outside): Promise<void> {
  const log = openLog(settings)
  const server = await startServer(settings, { homes, agent, log, pages: pagesFolder() })
  stdout.write(greeting(settings, server))
  process.on('unhandledRejection', (thrown) =>
    log.error({ err: thrown }, 'something went wrong that nobody waited for'),
  )
  const signal = await stopSignal()
  log.info({ signal }, 'stopping')
  await server.close().catch((thrown: unknown) => log.error(`Not everything could be closed: ${messageOf(thrown)}`))
}

function greeting({ dataFolder }: Settings, { url, welcome, nodes }: Awaited<ReturnType<typeof startServer>>): string {
  const lines = [
    '',
    `tscaler watches ${nodes === 1 ? '1 node' : `${nodes} nodes`} and is at ${url}`,
    `Its data is in ${dataFolder}`,
  ]
  if (welcome !== null)
    lines.push('', "Set the administrator's password once, within a day, at", `  ${url}/welcome#${welcome}`)
  return `${lines.join('\n')}\n\n`
}

/** Where the built pages are: beside the bundle, or, from source, where the last build put them. */
function pagesFolder(): string | null {
  const places = ['../web', '../../../../dist/web'].map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return places.find((place) => existsSync(`${place}/index.html`)) ?? null
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // A terminal, npm and the start script may each pass the same Ctrl-C on: the later ones must not cut the closing short.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  })
}
