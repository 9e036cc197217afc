import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { bindInside } from '@tscaler/rehearsal/cloud/bind-inside.ts'
import type { Hub } from '@tscaler/rehearsal/machine-nodes.ts'

const run = promisify(execFile)

/** What the shop's machines ask for over HTTP: the application, and what a test says their load is. */
export interface Artifacts {
  /** In the hub's network. */
  readonly url: string
  /** By a machine's address; 1 where nothing is said. */
  readonly loads: Map<string, number>
  close(): Promise<void>
}

/** Serves at the hub's own address; the application only to who has the token. */
export async function serveArtifacts(hub: Hub, war: Buffer, token: string): Promise<Artifacts> {
  const loads = new Map<string, number>()
  const server = createServer(({ url, headers, socket }, response) => {
    const host = socket.remoteAddress?.replace(/^::ffff:/, '') ?? ''
    if (url === '/load') response.end(`${loads.get(host) ?? 1}\n`)
    else if (url !== '/shop.war') response.writeHead(404).end()
    else if (headers.authorization !== `Bearer ${token}`) response.writeHead(401).end()
    else response.end(war)
  })
  const bound = await bindInside(hub.enter, hub.host)
  await new Promise<void>((resolve) => server.listen(bound, () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://${hub.host}:${port}`,
    loads,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** What the application answers: which machine it is, and whom it takes for its peers. */
export interface ShopAnswer {
  node: string
  peers: string
}

/** Asks the shop from inside the hub. Rejects where it does not answer well. */
export async function askShop(hub: Hub, host: string): Promise<ShopAnswer> {
  const [program = '', ...enter] = hub.enter
  const words = ['curl', '--fail', '--silent', '--show-error', '--max-time', '10', `http://${host}/shop/`]
  const { stdout } = await run(program, [...enter, ...words])
  return JSON.parse(stdout) as ShopAnswer
}

/** Pulls a machine's network cable, or puts it back. */
export async function setCable(hub: Hub, host: string, state: 'up' | 'down'): Promise<void> {
  const number = Number(host.split('.')[3]) - 10 // machine-nodes.ts: node N is at 10.77.0.(N + 10)
  await run('ip', ['-n', hub.name, 'link', 'set', `v${number}`, state])
}
