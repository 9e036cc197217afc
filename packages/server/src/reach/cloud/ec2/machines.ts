import type { Filter } from '@aws-sdk/client-ec2'
import { type Cloud, CloudFailure, type Ec2Access, type Order, type Vm } from '../cloud.ts'
import { partOf } from './answer.ts'
import type { Connection } from './connection.ts'
import { consoleKeys } from './console-keys.ts'
import { runRequest } from './run-request.ts'
import { refusalCode } from './trouble.ts'
import { vmOf } from './vm.ts'

/** EC2's half of a cloud: its machines. */
export function openMachines(connection: Connection, address: Ec2Access['address']): Omit<Cloud, 'balancers'> {
  const machines: Omit<Cloud, 'balancers'> = {
    launch: (order, signal) => launch(connection, address, order, signal),

    byToken: (token, signal) =>
      describe(
        connection,
        address,
        { about: `the machines of token ${token}`, filters: [filter('client-token', token)] },
        signal,
      ),

    async find(vmId, signal) {
      // By filter: asked for by id, a machine that is a second old is an error.
      const found = await describe(connection, address, { about: vmId, filters: [filter('instance-id', vmId)] }, signal)
      return found.find(({ id }) => id === vmId)
    },

    list(tags, signal) {
      const filters = Object.entries(tags).map(([key, value]) =>
        value === '' ? filter('tag-key', key) : filter(`tag:${key}`, value),
      )
      const about = `the machines tagged ${Object.keys(tags).join(', ')}`
      return describe(connection, address, { about, filters: [...filters, NOT_ENDED] }, signal)
    },

    async hostKeys(vmId, signal) {
      const output = await readConsole(connection, vmId, signal)
      return output === undefined ? null : consoleKeys(output)
    },

    async end(vmId, mode, signal) {
      if (mode === 'terminate') return terminate(connection, vmId, signal)
      if (await stop(connection, vmId, signal)) return
      const vm = await machines.find(vmId, signal)
      if (vm === undefined || vm.state === 'terminated' || vm.state === 'shutting-down') return
      const text = `EC2 ${connection.region}: ${vmId} is ${vm.state} and can't be stopped in that state (IncorrectInstanceState); ask again when it is running.`
      throw new CloudFailure('bad-request', text)
    },
  }
  return machines
}

/** The most that EC2 gives at once. */
const PAGE_SIZE = 1_000
/** 100,000 machines: more than any account has, and an end for an answer that always has a further page. */
const PAGES_MAX = 100

const NOT_ENDED: Filter = {
  Name: 'instance-state-name',
  Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
}

/** Filters know wildcards; a tag with an asterisk means the asterisk. */
function filter(name: string, value: string): Filter {
  return { Name: name, Values: [value.replace(/[\\*?]/g, '\\$&')] }
}

async function launch(
  connection: Connection,
  address: Ec2Access['address'],
  order: Order,
  signal: AbortSignal,
): Promise<Vm> {
  const { shape } = order
  if (shape === null)
    throw new CloudFailure(
      'bad-request',
      `EC2 ${connection.region}: an order without a shape is a program's; choose an EC2 profile.`,
    )
  const input = runRequest(order, shape, connection.region)
  const about = `${shape.spot ? 'a spot ' : ''}${shape.instanceType} in ${shape.subnetId ?? 'the default subnet'}`
  const secrets = order.userData === null ? [] : [order.userData]
  return connection.ec2(
    { action: 'RunInstances', about, shape, secrets },
    async (sdk, client, abortSignal) => {
      const { Instances, OwnerId } = await client.send(new sdk.RunInstancesCommand(input), { abortSignal })
      return vmOf(partOf(Instances?.[0], 'a machine'), OwnerId, address)
    },
    signal,
  )
}

async function describe(
  connection: Connection,
  address: Ec2Access['address'],
  { about, filters }: { about: string; filters: Filter[] },
  signal: AbortSignal,
): Promise<Vm[]> {
  const vms: Vm[] = []
  let token: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const input = { Filters: filters, MaxResults: PAGE_SIZE, NextToken: token }
    const answer = await connection.ec2(
      { action: 'DescribeInstances', about, shape: null, secrets: [] },
      async (sdk, client, abortSignal) => {
        const { Reservations, NextToken } = await client.send(new sdk.DescribeInstancesCommand(input), { abortSignal })
        const found = partOf(Reservations, 'a list of machines').flatMap(({ Instances = [], OwnerId }) =>
          Instances.map((instance) => vmOf(instance, OwnerId, address)),
        )
        return { found, next: NextToken }
      },
      signal,
    )
    vms.push(...answer.found)
    if (!answer.next) return vms
    token = answer.next
  }
  throw new CloudFailure(
    'doubtful',
    `EC2 ${connection.region}: DescribeInstances of ${about} has no end after ${PAGES_MAX} pages; check the endpoint.`,
  )
}

/** The console's text; undefined: there is none yet. Types before Nitro have only what was stored at the last start or stop. */
async function readConsole(connection: Connection, vmId: string, signal: AbortSignal): Promise<string | undefined> {
  const read = (latest: boolean) =>
    connection.ec2(
      { action: 'GetConsoleOutput', about: vmId, shape: null, secrets: [] },
      async (sdk, client, abortSignal) => {
        const input = { InstanceId: vmId, Latest: latest || undefined }
        try {
          const { InstanceId, Output } = await client.send(new sdk.GetConsoleOutputCommand(input), { abortSignal })
          partOf(InstanceId, 'the id of the machine')
          return { text: Output }
        } catch (thrown) {
          if (latest && refusalCode(thrown) === 'UnsupportedOperation') return 'unsupported' as const
          // A machine that is a second old is not known everywhere yet.
          if (refusalCode(thrown) === 'InvalidInstanceID.NotFound') return { text: undefined }
          throw thrown
        }
      },
      signal,
    )
  const latest = await read(true)
  const output = latest === 'unsupported' ? await read(false) : latest
  if (output === 'unsupported' || !output.text) return undefined
  return Buffer.from(output.text, 'base64').toString('utf8')
}

function terminate(connection: Connection, vmId: string, signal: AbortSignal): Promise<void> {
  return connection.ec2(
    { action: 'TerminateInstances', about: vmId, shape: null, secrets: [] },
    async (sdk, client, abortSignal) => {
      try {
        const { TerminatingInstances } = await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [vmId] }), {
          abortSignal,
        })
        partOf(
          TerminatingInstances?.find(({ InstanceId }) => InstanceId === vmId),
          'the machine',
        )
      } catch (thrown) {
        if (refusalCode(thrown) !== 'InvalidInstanceID.NotFound') throw thrown
      }
    },
    signal,
  )
}

/** False: not in the state that it is in. */
function stop(connection: Connection, vmId: string, signal: AbortSignal): Promise<boolean> {
  return connection.ec2(
    { action: 'StopInstances', about: vmId, shape: null, secrets: [] },
    async (sdk, client, abortSignal) => {
      try {
        const { StoppingInstances } = await client.send(new sdk.StopInstancesCommand({ InstanceIds: [vmId] }), {
          abortSignal,
        })
        partOf(
          StoppingInstances?.find(({ InstanceId }) => InstanceId === vmId),
          'the machine',
        )
      } catch (thrown) {
        if (refusalCode(thrown) === 'IncorrectInstanceState') return false
        if (refusalCode(thrown) !== 'InvalidInstanceID.NotFound') throw thrown
      }
      return true
    },
    signal,
  )
}
