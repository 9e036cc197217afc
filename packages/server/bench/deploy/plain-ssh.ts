import type { SshdNode } from '@tscaler/rehearsal/sshd.ts'
import ssh2 from 'ssh2'

/** The same script by one exec on an open connection each, as many at once: what this machine needs for it without tscaler. */
export interface PlainSsh {
  /** How long the script took on all of them, in ms. */
  run(script: string, parallel: number): Promise<number>
  close(): void
}

/** Connects to all of them. */
export async function openPlainSsh(nodes: readonly SshdNode[], privateKey: string): Promise<PlainSsh> {
  const clients: ssh2.Client[] = []
  for (const node of nodes) clients.push(await connect(node, privateKey)) // one after another: sshd turns away a crowd
  return {
    async run(script, parallel) {
      const beganAt = performance.now()
      let next = 0
      await Promise.all(
        Array.from({ length: parallel }, async () => {
          for (let at = next++; at < clients.length; at = next++) await exec(clients[at], script)
        }),
      )
      return performance.now() - beganAt
    },
    close() {
      for (const client of clients) client.end()
    },
  }
}

function connect({ host, port, user }: SshdNode, privateKey: string): Promise<ssh2.Client> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.once('error', reject)
    client.once('ready', () => {
      client.setNoDelay(true) // as kind to it as can be: without it every exec waits 40 ms
      resolve(client)
    })
    client.connect({ host, port, username: user, privateKey })
  })
}

function exec(client: ssh2.Client | undefined, script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client?.exec(script, (error, channel) => {
      if (error) return reject(error)
      channel.resume().once('close', resolve)
    })
  })
}
