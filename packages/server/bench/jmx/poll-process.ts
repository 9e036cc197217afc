import { type AttributeReader, connect } from '@tscaler/jmx'
import { answerQuestions } from '../part.ts'
import { profiled } from '../profile.ts'
import { bulkReader, numbersIn } from './lanes.ts'
import type { PollFigures, PollQuestion } from './questions.ts'

// A poller of many JVMs: each is read once a period, at an instant of its own.
const counts = { values: 0, lost: 0, lastFailure: '' }

/** More logins at once would only make the one JVM behind them slower. */
const connectLanes = 10

answerQuestions(async (question: PollQuestion): Promise<PollFigures> => {
  if (question.kind === 'begin') return await measured(() => begin(question))
  return await profiled(question.profile, () => measured(() => pause(question.forMs)))
})

async function begin({ jvms, periodMs }: Extract<PollQuestion, { kind: 'begin' }>): Promise<void> {
  const readers: AttributeReader[] = []
  let next = 0
  const lane = async () => {
    for (let jvm = jvms[next++]; jvm !== undefined; jvm = jvms[next++]) {
      const reader = bulkReader(await connect(jvm), 0)
      const readings = await reader.read()
      counts.values += numbersIn(readings)
      readers.push(reader)
    }
  }
  await Promise.all(Array.from({ length: connectLanes }, lane))
  readers.forEach((reader, index) => {
    setTimeout(() => poll(reader, periodMs), (index * periodMs) / readers.length)
  })
}

function poll(reader: AttributeReader, periodMs: number): void {
  let underWay = false
  const once = async () => {
    if (underWay) counts.lost += 1
    else {
      underWay = true
      await reader
        .read()
        .then((readings) => {
          counts.values += numbersIn(readings)
        })
        .catch((error: Error) => {
          counts.lost += 1
          counts.lastFailure = error.message
        })
      underWay = false
    }
  }
  setInterval(once, periodMs)
  void once()
}

/** Figures of what happens while `use` is under way. */
async function measured(use: () => Promise<void>): Promise<PollFigures> {
  const [cpu, beganAt, before] = [process.cpuUsage(), performance.now(), { ...counts }]
  await use()
  const used = process.cpuUsage(cpu)
  return {
    values: counts.values - before.values,
    lost: counts.lost - before.lost,
    lastFailure: counts.lastFailure,
    cpuS: (used.user + used.system) / 1e6,
    wallS: (performance.now() - beganAt) / 1e3,
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
