import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { Cycle } from '../../src/cycle.ts'
import { embeddedHistory } from '../../src/keep/history/embedded/embedded.ts'
import { embeddedQueue } from '../../src/keep/queue/embedded/embedded.ts'
import { listen } from '../../src/keep/queue/topics.ts'
import { embeddedRecent } from '../../src/keep/recent/embedded/embedded.ts'
import { systemClock as clock } from '../../src/model/clock.ts'
import { sources } from '../../src/observe/all.ts'
import type { Round } from '../../src/observe/rounds/round.ts'
import type { SshAccess } from '../../src/reach/machine.ts'
import { openReach } from '../../src/reach/reach.ts'
import { answerQuestions } from '../part.ts'
import { fleetOf } from './fleet.ts'
import type { LoopFigures, LoopQuestion } from './questions.ts'
import { Tally } from './tally.ts'

// The whole loop as the product runs it, in a process that does nothing else.
let loop: ReturnType<typeof beginLoop> | undefined

answerQuestions(async (question: LoopQuestion): Promise<LoopFigures | undefined> => {
  if (question.kind === 'begin') {
    loop = beginLoop(question.folder, question.accesses)
    return undefined
  }
  if (loop === undefined) throw new Error('"begin" comes first')
  const { cycle, nodeIds } = loop
  const tally = new Tally(cycle.counts)
  loop.hear = (round) => tally.add(round)
  if (question.kind === 'measure') return await measure(tally, question)
  const fleet = fleetOf(nodeIds, question.counters)
  cycle.configure(fleet)
  cycle.observe(fleet)
  await tally.whole({ nodes: nodeIds.length, ...question })
  return tally.figures(cycle.counts)

  async function measure(tally: Tally, { forMs, profile }: { forMs: number; profile: string | null }) {
    const stop = profile === null ? undefined : await startProfile(profile)
    await new Promise((resolve) => setTimeout(resolve, forMs))
    const figures = tally.figures(cycle.counts)
    await stop?.()
    return figures
  }
})

function beginLoop(folder: string, accesses: SshAccess[]) {
  const queue = embeddedQueue({ clock, warn: console.warn })
  const reach = openReach({ clock, random: Math.random, log: { info() {}, warn() {} } })
  reach.configure(accesses, [])
  const cycle = new Cycle({
    clock,
    reach,
    jvms: { find: () => undefined },
    sources,
    queue,
    recent: embeddedRecent(),
    history: embeddedHistory({ path: join(folder, 'samples.db'), clock, note: console.warn }),
    serverCommands: false,
    admit: async () => ({ spent: false, at: clock.now() }),
    watchers: [(round) => begun.hear(round)],
    trouble: console.warn,
  })
  let heard = 0
  listen(queue, 'samples.taken', (told) => {
    heard += told.length
  })
  setInterval(() => cycle.tick(), 1_000)
  const begun = { cycle, nodeIds: accesses.map(({ nodeId }) => nodeId), hear(_: Round) {}, heard: () => heard }
  return begun
}

/** A profile of this thread from now until the answer is called. */
async function startProfile(file: string): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  return async () => {
    const { profile } = await session.post('Profiler.stop')
    await writeFile(file, JSON.stringify(profile))
    session.disconnect()
  }
}
