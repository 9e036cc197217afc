import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterEach, expect, test } from 'vitest'
import { isFree } from '../address.ts'
import { requirePart } from '../parts.ts'
import { login } from '../ssh-client.ts'
import { shopKey, shopNode, testInventory } from './cloud.fixture.ts'

const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

async function start(machines: string) {
  const folder = await mkdtemp(join(tmpdir(), 'cloud-main-'))
  const path = join(folder, 'options.json')
  await writeFile(path, JSON.stringify({ inventory: testInventory, times: { pendingMs: 0, shuttingDownMs: 0 } }))
  const words = [join(import.meta.dirname, 'main.ts'), '--machines', machines, '--options', path]
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = await once(createInterface(child.stdout), 'line')
  await rm(folder, { recursive: true })
  return { child, place: JSON.parse(line) }
}

const kinds = [
  { kind: 'pretend', skip: false },
  { kind: 'sshd', skip: requirePart('sshd').skip },
]

test.each(kinds.filter(({ skip }) => !skip))(
  'a cloud of $kind machines as a process: ready line, machines, SIGTERM',
  async ({ kind }) => {
    const { child, place } = await start(kind)
    const ec2 = new EC2Client({ endpoint: place.url, region: place.region, credentials: place.credentials })
    const answer = await ec2.send(new RunInstancesCommand(shopNode()))
    const { PrivateIpAddress: host = '' } = answer.Instances?.[0] ?? {}
    const state = async () => stateOf(await (await fetch(`${place.url}/rehearsal/state`)).text())
    await expect.poll(async () => (await state()).hostKey).toBeDefined()
    const { hostKey = '' } = await state()
    const target = { host, port: place.sshPort, user: place.user, hostKey, privateKey: shopKey.privateKey }
    await (await login(target)).end()
    ec2.destroy()
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await isFree({ host, port: place.sshPort })).toBe(true)
  },
)

function stateOf(text: string): { hostKey: string | undefined } {
  return JSON.parse(text).instances[0]
}
