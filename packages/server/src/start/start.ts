import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { Cycle } from '../cycle.ts'
import { applyDocument } from '../desk/document.ts'
import { firstFleet } from '../desk/first-fleet.ts'
import { firstStart } from '../desk/first-start.ts'
import { LoginThrottle } from '../desk/login-throttle.ts'
import { openPasswords } from '../desk/passwords.ts'
import { type Clock, systemClock } from '../model/clock.ts'
import { randomShare } from '../model/ids.ts'
import { sources } from '../observe/all.ts'
import type { Fleet } from '../observe/fleet.ts'
import { type Jvms, openJvms } from '../reach/jmx/jvms.ts'
import type { Reach } from '../reach/machine.ts'
import { openReach } from '../reach/reach.ts'
import type { ServerDesk } from '../serve/http/app.ts'
import { listen } from '../serve/http/listen.ts'
import { buildServer } from '../serve/http/server.ts'
import { version } from '../version.ts'
import { effectsOf, fieldBook } from './declared.ts'
import { startHeartbeat } from './heartbeat.ts'
import { judgeDesk } from './judge-desk.ts'
import { keepLoop } from './keep-loop.ts'
import { LoopMeasures } from './loop-measures.ts'
import { type Acting, openAct } from './open-act.ts'
import { type Homes, type Keep, openKeep } from './open-keep.ts'
import { openMachines } from './open-machines.ts'
import { openOidc } from './open-oidc.ts'
import type { Rehearsal } from './rehearsal/rehearsal.ts'
import { restoreHits } from './restore-hits.ts'
import type { Settings } from './settings.ts'
import { type SizeWatch, watchCloud } from './watch-cloud.ts'
import { watchHostKeys, watchRounds } from './watch-nodes.ts'
import { watchSizes } from './watch-sizes.ts'

/** tscaler, running. */
export interface Running {
  url: string
  /** The secret of the administrator's one-time link; null where the administrator has a password. */
  welcome: string | null
  nodes: number
  close(): Promise<void>
}

/** What a start is given beside the settings. */
export interface StartParts {
  homes: Homes
  /** The path of the ssh-agent's socket; null: there is none. */
  agent: string | null
  log: Logger
  /** The folder of the built pages; null: none. */
  pages: string | null
  /** What stands in for the cloud; null: nothing does. */
  rehearsal: Pick<Rehearsal, 'prepare' | 'begin'> | null
}

/** Everything that has been opened, in the order in which the next needs the one before. */
interface Opened {
  settings: Settings
  clock: Clock
  keep: Keep
  reach: Reach
  jvms: Jvms
  acting: Acting
  sizes: SizeWatch
}

/** Starts everything in this process: what is kept, the loop, the runs, and then the faces. */
export async function startServer(
  settings: Settings,
  { homes, agent, log, pages, rehearsal }: StartParts,
): Promise<Running> {
  const clock = systemClock
  const keep = await openKeep(settings, homes, { clock, log })
  const reach = openReach({ clock, random: randomShare, log })
  const jvms = openJvms({ clock, random: randomShare, log, machineOf: (nodeId) => reach.find(nodeId) })
  const acting = openAct(settings, { keep, reach, clock, log, agent })
  const sizes = watchCloud({ clock, keep, acting, report: (text) => log.error(text) })
  const opened = { settings, clock, keep, reach, jvms, acting, sizes }
  const measures = new LoopMeasures()
  const { cycle, follow } = openCycle(opened, measures, log)
  const desk = openDesk(opened, cycle, measures)
  if ((await keep.store.nodes.count()) + (await keep.store.clusters.count()) === 0) {
    await applyDocument(desk, { who: 'tscaler', role: 'admin', userId: null }, { document: firstFleet(hostname()) })
  }
  await rehearsal?.prepare(desk)
  const welcome = await firstStart(desk, settings.adminPassword)
  // Its own line on where it listens would be said twice.
  const logger = log.child({}, { level: log.level === 'debug' ? 'debug' : 'warn' })
  const server = await buildServer({ desk, logger, pages, proxies: settings.trustedProxies })
  const socketPath = keep.folder.file('tscaler.sock')
  const listening = await listen(server, { host: settings.host, port: settings.port, socketPath })
  const loop = await follow(agent)
  const engine = await acting.drive(settings.publicUrl ?? listening.url)
  sizes.keep(cycle)
  const stopSizes = watchSizes({ clock, history: keep.history, fleet: loop.fleet })
  await rehearsal?.begin(desk)
  const stopHeartbeat = settings.heartbeatUrl === null ? () => {} : beatOf(opened, cycle, settings.heartbeatUrl, log)
  return {
    url: listening.url,
    welcome,
    nodes: loop.fleet().nodes.size,
    async close() {
      stopHeartbeat()
      stopSizes()
      loop.close()
      await listening.close()
      await sizes.close()
      await engine.close()
      jvms.close()
      await reach.close()
      await acting.alerts.close()
      await keep.close()
    },
  }
}

function openCycle({ settings, clock, keep, reach, jvms, acting }: Opened, measures: LoopMeasures, log: Logger) {
  const { store, queue, vault, history, sampleLog } = keep
  const report = (text: string) => log.error(text)
  let fleet: () => Fleet = () => {
    throw new Error('the loop has not begun')
  }
  const watched = { clock, store, queue, sampleLog, alerts: acting.alerts, report, fleet: () => fleet() }
  reach.onHostKey(watchHostKeys(watched))
  const cycle = new Cycle({
    ...keep,
    clock,
    reach,
    jvms,
    sources,
    serverCommands: settings.serverCommands,
    admit: async (candidate, outlook) => {
      const admitted = await acting.admission.admitFire(candidate, outlook)
      return { spent: !('refusal' in admitted), at: 'run' in admitted ? admitted.run.createdAt : clock.now() }
    },
    watchers: [watchRounds(watched), (round) => measures.watch(round)],
    trouble: report,
  })
  const effects = effectsOf(acting.kinds)
  async function follow(agent: string | null) {
    const loop = await keepLoop({
      ...watched,
      vault,
      reach,
      jvms,
      cycle,
      agent,
      history,
      effectOf: (type) => effects[type],
      restore: (now) => restoreHits(now, { cycle, history, store, clock }),
      began: (followed) => {
        fleet = followed
      },
    })
    return loop
  }
  return { cycle, follow }
}

function beatOf({ clock, keep }: Opened, cycle: Cycle, url: string, log: Logger): () => void {
  let doneBefore = 0
  return startHeartbeat({
    clock,
    url,
    async ailment() {
      const [done, nodes] = [cycle.counts.done, await keep.store.nodes.count()]
      const stands = nodes > 0 && done === doneBefore
      doneBefore = done
      return stands ? 'no round was done for a minute.' : keep.history.trouble()
    },
    report: (text) => log.warn(text),
  })
}

function openDesk(
  { settings, clock, keep, reach, jvms, acting, sizes }: Opened,
  cycle: Cycle,
  measures: LoopMeasures,
): ServerDesk {
  const { admission, answers, kinds } = acting
  return {
    ...keep,
    clock,
    secrets: keep.vault,
    fields: fieldBook(kinds),
    effects: effectsOf(kinds),
    machines: openMachines({ store: keep.store, reach, jvms }),
    clouds: acting.clouds,
    cloudWatch: sizes.cloudWatch,
    alerts: acting.alerts,
    runs: { ...admission, ...answers },
    judge: judgeDesk({ cycle, admission, store: keep.store }),
    version,
    serverCommands: settings.serverCommands,
    trouble: () =>
      [keep.history, keep.sampleLog, keep.queue, keep.recent]
        .map((part) => part.trouble())
        .filter((text) => text !== null),
    measures: () => measures.read(cycle),
    passwords: openPasswords(),
    throttle: new LoginThrottle(clock),
    secondFactor: settings.secondFactor,
    oidc: openOidc(settings, clock),
    publicUrl: settings.publicUrl,
  }
}
