import ssh2 from 'ssh2'
import type { SshAccess } from '../../src/reach/machine.ts'
import { answerQuestions } from '../part.ts'
import type { NaiveFigures, NaiveQuestion } from './questions.ts'

// What a first try at collecting over SSH does: connect, log in, run, read, disconnect, for every sample.
answerQuestions(async ({ accesses, script, lanes, forMs }: NaiveQuestion): Promise<NaiveFigures> => {
  const [cpu, beganAt] = [process.cpuUsage(), performance.now()]
  const figures = { values: 0, failures: 0 }
  let next = 0
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (performance.now() - beganAt < forMs) {
        const access = accesses[next++ % accesses.length]
        if (access === undefined) throw new Error('there are no nodes')
        const text = await once(access, script).catch(() => '')
        figures[text.trim() === '' || Number.isNaN(Number(text)) ? 'failures' : 'values'] += 1
      }
    }),
  )
  const used = process.cpuUsage(cpu)
  return { ...figures, cpuS: (used.user + used.system) / 1e6, wallS: (performance.now() - beganAt) / 1e3 }
})

function once({ hostname, port, user, privateKey, hostKey }: SshAccess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    let output = ''
    client.on('error', reject)
    client.once('close', () => resolve(output))
    client.once('ready', () => {
      client.setNoDelay(true) // as kind to it as can be: without it every exec waits 40 ms
      client.exec(script, (error, channel) => {
        if (error) return reject(error)
        channel.on('data', (bytes: Buffer) => {
          output += bytes.toString()
        })
        channel.once('close', () => client.end())
      })
    })
    client.connect({
      host: hostname,
      port,
      username: user,
      ...(privateKey === null ? {} : { privateKey }),
      hostVerifier: (blob: Buffer) => blob.toString('base64') === hostKey?.split(' ')[1],
    })
  })
}
