import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hub, MachineNode } from './machine-nodes.ts'

/** A port of this machine behind which a machine node's sshd answers: a test's own process is not in the hub's network. */
export interface MachineDoor {
  readonly host: string
  readonly port: number
  /** Resets all open connections now; new ones are let through. */
  cut(): void
  close(): Promise<void>
}

/**
 * Opens a door to the node. A process in the hub's network listens on a socket file, which is in no network and so is seen from
 * everywhere; it ends with this process.
 */
export async function openMachineDoor(hub: Hub, node: Pick<MachineNode, 'host' | 'port'>): Promise<MachineDoor> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-door-'))
  const path = join(folder, 'door')
  const [program = '', ...words] = [...hub.enter, process.execPath, '-e', inside, path, node.host, `${node.port}`]
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const open = new Set<Socket>()
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect(path)
    open.add(client)
    client.pipe(server).pipe(client)
    for (const [own, other] of [
      [client, server],
      [server, client],
    ] as const) {
      own.on('error', () => {}) // "close" follows
      own.on('close', () => other.destroy())
    }
    client.on('close', () => open.delete(client))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const cut = () => {
    for (const client of open) client.resetAndDestroy()
  }
  return {
    host: '127.0.0.1',
    port: address !== null && typeof address === 'object' ? address.port : 0,
    cut,
    async close() {
      listener.close()
      cut()
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const inside = `
const net = require('node:net')
const [path, host, port] = process.argv.slice(1)
net.createServer((from) => {
  const to = net.connect({ host, port: Number(port), noDelay: true })
  from.pipe(to).pipe(from)
  for (const [own, other] of [[from, to], [to, from]]) own.on('error', () => {}).on('close', () => other.destroy())
}).listen(path, () => console.log('open'))
process.stdin.resume().on('end', () => process.exit())
`
