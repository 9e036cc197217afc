import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  EC2Client,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterEach, describe, expect, test } from 'vitest'
import { makeEd25519 } from '../../keys.ts'
import { startHub } from '../../machine-nodes.ts'
import { requirePart } from '../../parts.ts'
import { login } from '../../ssh-client.ts'
import { shopKey, shopNode, testInventory } from '../cloud.fixture.ts'
import { type Cloud, startCloud } from '../cloud.ts'
import type { Machines } from './machines.ts'
import { namespaceMachines } from './namespaces.ts'
import { pretendMachines } from './pretend.ts'
import { sshdMachines } from './sshd.ts'

const ends: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Started {
  cloud: Cloud
  ec2: EC2Client
}

async function start(machines: Machines): Promise<Started> {
  const cloud = await startCloud({
    machines,
    inventory: testInventory ?? {},
    times: { pendingMs: 0, shuttingDownMs: 0 },
  })
  const ec2 = new EC2Client({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials })
  ends.push(async () => {
    ec2.destroy()
    await cloud.close()
  })
  return { cloud, ec2 }
}

/** Launches one and gives what a user of the API would know once it answers. */
async function launch({ cloud, ec2 }: Started, userData?: string) {
  const text = userData === undefined ? {} : { UserData: Buffer.from(userData).toString('base64') }
  const answer = await ec2.send(new RunInstancesCommand(shopNode(text)))
  const { InstanceId: id = '', PrivateIpAddress: host = '' } = answer.Instances?.[0] ?? {}
  await cloud.until(id, ({ bootedAt }) => bootedAt !== undefined)
  const { Output = '' } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }))
  const lines = Buffer.from(Output, 'base64').toString().split('\r\n')
  const hostKey = lines[lines.indexOf('-----BEGIN SSH HOST KEY KEYS-----') + 1] ?? ''
  return { id, host, hostKey, port: cloud.sshPort, user: cloud.user, privateKey: shopKey.privateKey }
}

const backings = [
  { name: 'pretend', make: () => pretendMachines(), skip: false },
  { name: 'sshd', make: () => sshdMachines(), skip: requirePart('sshd').skip },
]

for (const { name, make, skip } of backings) {
  describe.skipIf(skip)(`${name} machines`, () => {
    test('answer at the address and with the host key that the cloud tells, and not after termination', async () => {
      const cloud = await start(await make())
      const [one, two] = [await launch(cloud), await launch(cloud)]
      expect(one.host).not.toBe(two.host)
      const shell = await login(one)
      expect(await shell.exec('echo "$HOME"; exit 3')).toMatchObject({ code: 3 })
      await shell.end()
      await (await login(two)).end()
      await cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [one.id] }))
      await cloud.cloud.until(one.id, ({ state }) => state === 'terminated')
      await expect(login(one)).rejects.toThrow('ECONNREFUSED')
    })

    test('take a host key and a login key from the user data', async () => {
      const [hostKey, operator] = [makeEd25519('injected'), makeEd25519('operator')]
      const config = { ssh_keys: { ed25519_private: hostKey.privateKey }, ssh_authorized_keys: [operator.publicKey] }
      const node = await launch(await start(await make()), `#cloud-config\n${JSON.stringify(config)}`)
      expect(node.hostKey.split(' ')[1]).toBe(hostKey.publicKey.split(' ')[1])
      await (await login({ ...node, privateKey: operator.privateKey })).end()
    })

    test('keep address and host key when they are stopped and started', async () => {
      const { cloud, ec2 } = await start(await make())
      const node = await launch({ cloud, ec2 })
      await ec2.send(new StopInstancesCommand({ InstanceIds: [node.id] }))
      await cloud.until(node.id, ({ state }) => state === 'stopped')
      await ec2.send(new StartInstancesCommand({ InstanceIds: [node.id] }))
      await cloud.until(node.id, ({ bootedAt }) => bootedAt !== undefined)
      await (await login(node)).end()
    })
  })
}

describe('pretend machines', () => {
  test('show the modelled load to commands, scripts on standard input and counter files', async () => {
    const { cloud, ec2 } = await start(await pretendMachines())
    const [node] = [await launch({ cloud, ec2 }), await launch({ cloud, ec2 })]
    cloud.load.setDemand(5)
    const shell = await login(node)
    expect(await shell.exec("cut -d' ' -f1 /proc/loadavg")).toMatchObject({ stdout: '2.55\n' })
    expect(await shell.exec('cat "$REHEARSAL_COUNTERS/sessions"')).toMatchObject({ stdout: '510\n' })
    const script = await new Promise<string>((resolve, reject) => {
      shell.client.exec('sh', (error, channel) => {
        if (error) return reject(error)
        let text = ''
        channel.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        channel.on('close', () => resolve(text))
        channel.write('read one rest < /proc/lo')
        channel.end('adavg; echo "$one"; cd /')
      })
    })
    expect(script).toBe('2.55\n')
    await shell.end()
  })
})

describe.skipIf(requirePart('sshd', 'machines').skip)('namespace machines', () => {
  test('are machines of the hub with the key pair for root', async () => {
    const hub = await startHub()
    ends.push(() => hub.stop())
    const node = await launch(await start(namespaceMachines(hub)))
    const folder = await mkdtemp(join(tmpdir(), 'cloud-machines-'))
    ends.push(() => rm(folder, { recursive: true, force: true }))
    await writeFile(join(folder, 'key'), shopKey.privateKey, { mode: 0o600 })
    await writeFile(join(folder, 'hosts'), `${node.host} ${node.hostKey}\n`)
    const words = ['-i', join(folder, 'key'), '-o', `UserKnownHostsFile=${join(folder, 'hosts')}`, `root@${node.host}`]
    const [program = '', ...enter] = hub.enter
    const { stdout } = await promisify(execFile)(program, [...enter, 'ssh', '-F', 'none', ...words, 'hostname'])
    expect(stdout).toBe('vm1\n')
  })

  test('the cloud answers inside the hub, too', async () => {
    const hub = await startHub()
    ends.push(() => hub.stop())
    const { cloud } = await start(namespaceMachines(hub))
    const url = await cloud.listenInside(hub.enter)
    const [program = '', ...enter] = hub.enter
    const ask = `fetch('${url}/rehearsal/state').then(async (answer) => console.log((await answer.json()).user))`
    const { stdout } = await promisify(execFile)(program, [...enter, process.execPath, '--eval', ask])
    expect(stdout).toBe('root\n')
    await expect(cloud.listenInside(['/bin/false'])).rejects.toThrow('No socket could be bound in the other network')
  })
})
