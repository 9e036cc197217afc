import { startConnectorServers } from '@tscaler/rehearsal/connector-servers.ts'
import { type Bench, rowsOf } from '../bench.ts'
import { builtPart } from '../built.ts'
import { numberOf, readOptions } from '../options.ts'
import { startPart } from '../part.ts'
import { cpuSecondsOf, memoryMbOf } from '../processes.ts'
import { counterNames, type PollFigures, type PollQuestion } from './questions.ts'

const periodMs = 10_000
/** The first rounds of a connection are the compiler's: a poller runs for months after them. */
const warmUpPeriods = 3

/** Many JVMs in one process: every connection open, every read whole. */
export const jmxFiveHundredBench: Bench = {
  name: 'jmx-500',
  summary:
    '500 open JMX connections in one process, 10 counters each every 10 s, the client alone: processor time, memory. --jvms 500 --seconds 60 --profile FILE',
  async run(args) {
    const given = readOptions(args, ['jvms', 'seconds', 'profile'])
    const [count, forMs] = [numberOf('jvms', given.jvms, 500), numberOf('seconds', given.seconds, 60) * 1_000]
    const servers = await startConnectorServers(count)
    const part = startPart<PollQuestion, PollFigures>(await builtPart(new URL('./poll-process.ts', import.meta.url)))
    try {
      const connecting = await part.ask({ kind: 'begin', jvms: [...servers.addresses], periodMs })
      await part.ask({ kind: 'measure', forMs: warmUpPeriods * periodMs, profile: null })
      const targetBefore = cpuSecondsOf([servers.pid])
      const got = await part.ask({ kind: 'measure', forMs, profile: given.profile ?? null })
      const targetS = cpuSecondsOf([servers.pid]) - targetBefore
      const { rssMb, pssMb } = memoryMbOf(part.pid)
      const row = rowsOf('jmx-500')
      const note = `${count} JVMs × ${counterNames.length} every ${periodMs / 1_000} s, ${got.values} values`
      return [
        row('time until all were read once', connecting.wallS, 's', {
          note: 'both sides of every login on this machine',
        }),
        row('own time to connect', (connecting.cpuS * 1_000) / count, 'CPU-ms a JVM'),
        row('own', (got.cpuS * 100) / got.wallS, '% of a core', { atMost: 5, note }),
        row('memory', rssMb, 'MB RSS', { atMost: 150, note: `${pssMb.toFixed(0)} MB PSS` }),
        row('lost reads', got.lost, 'reads', { atMost: 0, note: got.lastFailure }),
        row('target', (targetS * 100) / got.wallS, '% of a core', { note: 'the one JVM that plays all' }),
      ]
    } finally {
      await part.end()
      await servers.stop()
    }
  },
}
