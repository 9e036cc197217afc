import { connect } from '@tscaler/jmx'
import { answerQuestions } from '../part.ts'
import { profiled } from '../profile.ts'
import { bulkRead, type Read, singleReads } from './lanes.ts'
import type { ReadFigures, ReadQuestion } from './questions.ts'

// Our client alone in a process, reading as fast as it can while it is asked to measure, and idle between.
interface Lane {
  reads: Read[]
  next: number
}

const lanes: Lane[] = []

answerQuestions(async (question: ReadQuestion): Promise<ReadFigures | undefined> => {
  if (question.kind === 'measure') return await profiled(question.profile, () => measure(question.forMs))
  await begin(question)
  return undefined
})

/** As many lanes a connection as requests are to be under way on it. */
async function begin(question: Extract<ReadQuestion, { kind: 'begin' }>): Promise<void> {
  const { jvms, connectionsEach, reads, depth, mbeans } = question
  for (const jvm of jvms) {
    for (let opened = 0; opened < connectionsEach; opened += 1) {
      const connection = await connect(jvm)
      const numbers = Array.from({ length: mbeans }, (_, n) => n)
      const all = numbers.flatMap((n) => (reads === 'bulk' ? [bulkRead(connection, n)] : singleReads(connection, n)))
      const share = Math.floor(all.length / depth)
      for (let lane = 0; lane < depth; lane += 1) lanes.push({ reads: all, next: lane * share })
    }
  }
}

async function measure(forMs: number): Promise<ReadFigures> {
  const [cpu, beganAt] = [process.cpuUsage(), performance.now()]
  const until = beganAt + forMs
  let values = 0
  await Promise.all(
    lanes.map(async (lane) => {
      while (performance.now() < until) {
        const read = lane.reads[lane.next++ % lane.reads.length]
        // Not in one statement: the sum would be read before the wait, and other lanes' values lost.
        const came = await read?.()
        values += came ?? 0
      }
    }),
  )
  const used = process.cpuUsage(cpu)
  return { values, cpuS: (used.user + used.system) / 1e6, wallS: (performance.now() - beganAt) / 1e3 }
}
