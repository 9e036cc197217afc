import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../model/problem.ts'
import { notifySystemd } from './notify.ts'
import type { Homes } from './open-keep.ts'
import { openLog } from './open-log.ts'
import type { Settings } from './settings.ts'
import { startServer } from './start.ts'

/** What serving takes from outside beside the settings. */
export interface Outside {
  homes: Homes
  /** SSH_AUTH_SOCK; null: no agent. */
  agent: string | null
  /** Whether a pretend cloud with a pretend fleet stands in for AWS. */
  rehearsal: boolean
  stdout: { write(text: string): unknown }
  /** NOTIFY_SOCKET, where systemd wants to be told; null: it does not. */
  notifySocket: string | null
  /** PATH, for systemd's tool. */
  programs: string | undefined
}

/** Serves until a signal ends it; resolves when everything is closed. Prints where the page is, and the one-time link of a first start. */
export async function serveUntilStopped(
  given: Settings,
  { homes, agent, stdout, rehearsal: wanted, notifySocket, programs }: Outside,
): Promise<void> {
  const log = openLog(given)
  // Loaded only where it is wanted: nobody else's process pays for it.
  const rehearsal = wanted ? await (await import('./rehearsal/rehearsal.ts')).openRehearsal() : null
  const settings = rehearsal ? { ...given, ec2Endpoint: rehearsal.url, elbEndpoint: rehearsal.url } : given
  const server = await startServer(settings, { homes, agent, log, pages: pagesFolder(), rehearsal })
  stdout.write(greeting(settings, server, rehearsal !== null))
  process.on('unhandledRejection', (thrown) =>
    log.error({ err: thrown }, 'something went wrong that nobody waited for'),
  )
  const systemd = { socket: notifySocket, path: programs, warn: (text: string) => log.warn(text) }
  await notifySystemd('ready', systemd)
  const signal = await stopSignal()
  log.info({ signal }, 'stopping')
  void notifySystemd('stopping', systemd)
  await server.close().catch((thrown: unknown) => log.error(`Not everything could be closed: ${messageOf(thrown)}`))
  await rehearsal?.close()
}

function greeting(
  { dataFolder }: Settings,
  { url, welcome, nodes }: Awaited<ReturnType<typeof startServer>>,
  isRehearsal: boolean,
): string {
  const lines = [
    '',
    `tscaler watches ${nodes === 1 ? '1 node' : `${nodes} nodes`} and is at ${url}`,
    `Its data is in ${dataFolder}`,
  ]
  if (isRehearsal) lines.push('', ...rehearsalLines)
  if (welcome !== null)
    lines.push('', "Set the administrator's password once, within a day, at", `  ${url}/welcome#${welcome}`)
  return `${lines.join('\n')}\n\n`
}

const rehearsalLines = [
  'This is a rehearsal: a pretend cloud stands in for AWS, and nothing outside this machine is touched. In cluster "rehearsal" the first',
  'machine starts now; within a minute the load rises, hits fill, and a second one is deployed. Some 12 minutes later it leaves.',
]

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
