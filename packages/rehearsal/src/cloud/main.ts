import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { startHub } from '../machine-nodes.ts'
import { type CloudOptions, startCloud } from './cloud.ts'
import type { Machines } from './machines/machines.ts'
import { namespaceMachines } from './machines/namespaces.ts'
import { pretendMachines } from './machines/pretend.ts'
import { sshdMachines } from './machines/sshd.ts'

// A cloud as a process of its own:
//   node main.ts [--port N] [--machines pretend|sshd|namespaces] [--ssh-port N] [--user NAME] [--options FILE.json]
// The file holds further options of `startCloud`. One line of JSON on stdout says that it is ready, and where; the
// control is at URL/rehearsal/. SIGTERM and SIGINT end it with all its machines.

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    machines: { type: 'string', default: 'pretend' },
    'ssh-port': { type: 'string' },
    user: { type: 'string' },
    options: { type: 'string' },
  },
})

interface Place {
  machines: Machines
  enter?: readonly string[]
  end: () => Promise<void>
}

const place = await makePlace(values.machines)
const cloud = await startCloud({
  ...(await readOptions(values.options)),
  machines: place.machines,
  port: Number(values.port),
})
const inside = place.enter === undefined ? {} : { enter: place.enter, urlInside: await cloud.listenInside(place.enter) }
const { url, region, credentials, accountId, sshPort, user } = cloud
process.stdout.write(`${JSON.stringify({ url, region, credentials, accountId, sshPort, user, ...inside })}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end)

async function makePlace(kind: string): Promise<Place> {
  const port = values['ssh-port'] === undefined ? {} : { sshPort: Number(values['ssh-port']) }
  const options = { ...port, ...(values.user === undefined ? {} : { user: values.user }) }
  const end = async () => {}
  if (kind === 'pretend') return { machines: await pretendMachines(options), end }
  if (kind === 'sshd') return { machines: await sshdMachines(options), end }
  if (kind !== 'namespaces') throw new Error(`--machines: got "${kind}", expected pretend, sshd or namespaces.`)
  const hub = await startHub()
  return { machines: namespaceMachines(hub), enter: hub.enter, end: () => hub.stop() }
}

async function readOptions(path: string | undefined): Promise<Partial<CloudOptions>> {
  return path === undefined ? {} : JSON.parse(await readFile(path, 'utf8'))
}

async function end(): Promise<void> {
  await cloud.close()
  await place.end()
}
