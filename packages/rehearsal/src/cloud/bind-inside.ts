import { spawn } from 'node:child_process'
import { Server } from 'node:net'

/**
 * A socket that listens on a free port of an address in another network namespace. A process there binds it and hands
 * it over: a socket stays in the network in which it was made, whoever holds it.
 */
export function bindInside(enter: readonly string[], host = '127.0.0.1'): Promise<Server> {
  const [program = process.execPath, ...words] = [...enter, process.execPath, '--eval', BIND, host]
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  let trouble = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    trouble += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`No socket could be bound in the other network: ${trouble}`)))
    child.once('message', (_, handle) => {
      child.disconnect()
      if (handle instanceof Server) resolve(handle)
      else reject(new Error('The process in the other network sent no socket.'))
    })
  })
}

const BIND = `
const server = require('node:net').createServer()
server.listen(0, process.argv[1], () => process.send('bound', server))
process.once('disconnect', () => process.exit())
`
