import { type Balancer, type BalancerNames, type Cloud, CloudFailure, type Order, type Vm } from '../cloud.ts'
import { Done, Healths, Machine, MachineOrNone, Machines } from './answers.ts'
import { askProgram, type ProgramAccess } from './ask.ts'

/** Machines of a program of one's own, for racks and for clouds that tscaler does not know (docs/operating/own-program.md). */
export function openProgramCloud(access: ProgramAccess): Cloud {
  return new ProgramCloud(access)
}

class ProgramCloud implements Cloud {
  readonly #access: ProgramAccess
  /** Once it was found to mix up its tokens it is not asked for machines again. */
  #distrust: CloudFailure | undefined

  constructor(access: ProgramAccess) {
    this.#access = access
  }

  /** It is looked for first, and looked up after: a program that forgets its tokens must not make a machine for every call that was cut short. */
  async launch(order: Order, signal: AbortSignal): Promise<Vm> {
    const before = await this.#made(order.token, signal)
    if (before) return before
    if (this.#distrust) throw this.#distrust
    const { token, tags, userData, hostKey = null } = order
    const values = { token, name: tags.Name ?? '', cluster: tags.Cluster ?? '', tags, userData, hostKey }
    const vm = vmOf(await askProgram(this.#access, 'launch', values, Machine, signal))
    const found = await this.#made(token, signal)
    if (found?.id === vm.id) return vm
    const other = found === undefined ? 'does not know its token' : `says that its token made ${found.id}`
    const advice = 'One token must make one machine, and be known from then on: correct the program.'
    const text = `launch answered with the machine ${vm.id}, but byToken ${other}. ${advice} See whether there is a machine too many.`
    this.#distrust = new CloudFailure('broken', this.#access.mask(text))
    throw this.#distrust
  }

  async byToken(token: string, signal: AbortSignal): Promise<Vm[]> {
    const machine = await askProgram(this.#access, 'byToken', { token }, MachineOrNone, signal)
    return machine === null ? [] : [vmOf(machine)]
  }

  async find(vmId: string, signal: AbortSignal): Promise<Vm | undefined> {
    const machine = await this.#find(vmId, signal)
    return machine && vmOf(machine)
  }

  /** A program may answer with all that it has. */
  async list(tags: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Vm[]> {
    const machines = await askProgram(this.#access, 'list', { tags }, Machines, signal)
    const wanted = Object.entries(tags)
    return machines
      .map(vmOf)
      .filter(({ state }) => state !== 'terminated' && state !== 'shutting-down')
      .filter((vm) => wanted.every(([name, value]) => has(vm.tags, name, value)))
  }

  async hostKeys(vmId: string, signal: AbortSignal): Promise<readonly string[] | null> {
    const machine = await this.#find(vmId, signal)
    if (machine?.hostKeys === undefined) {
      if (machine?.state !== 'running') return null
      const text = `${vmId} runs, and the program says nothing of its host keys. Let its answers have hostKeys (an empty list: not known yet), or set hostKeyFrom: user-data.`
      throw new CloudFailure('bad-request', text)
    }
    const keys = machine.hostKeys.map((key) => key.split(' ').slice(0, 2).join(' '))
    return keys.length === 0 ? null : keys
  }

  async end(vmId: string, mode: 'terminate' | 'stop', signal: AbortSignal): Promise<void> {
    await askProgram(this.#access, 'end', { id: vmId, mode }, Done, signal)
  }

  /** Whatever is asked for: there is one, or none. */
  balancers(_: BalancerNames): Balancer[] {
    if (!this.#access.balancer) return []
    const act = (op: 'register' | 'deregister') => async (id: string, signal: AbortSignal) => {
      await askProgram(this.#access, op, { id }, Done, signal)
    }
    const health: Balancer['health'] = async (signal) => {
      const all = await askProgram(this.#access, 'health', {}, Healths, signal)
      return new Map(all.map(({ id, health: its, text = '' }) => [id, { health: its, text }]))
    }
    return [{ name: 'its load balancer', register: act('register'), deregister: act('deregister'), health }]
  }

  /** Any answer but a machine or none leaves open whether there is one, and must not be taken for a no to the launch. */
  async #made(token: string, signal: AbortSignal): Promise<Vm | undefined> {
    try {
      const [vm] = await this.byToken(token, signal)
      return vm
    } catch (thrown) {
      if (!(thrown instanceof CloudFailure) || (thrown.passes && thrown.kind !== 'no-capacity')) throw thrown
      throw new CloudFailure('broken', `Whether there is a machine already can't be told: ${thrown.message}`, {
        cause: thrown,
      })
    }
  }

  async #find(vmId: string, signal: AbortSignal): Promise<Machine | undefined> {
    const machine = await askProgram(this.#access, 'find', { id: vmId }, MachineOrNone, signal)
    if (machine === null) return undefined
    if (machine.id === vmId) return machine
    throw new CloudFailure(
      'broken',
      this.#access.mask(`find was asked for ${vmId} and answered with ${machine.id}: correct the program.`),
    )
  }
}

function vmOf({ id, state, host, tags, reason }: Machine): Vm {
  const its = { account: null, type: null, launchedAt: null }
  return { id, state, host: host ?? null, tags: tags ?? {}, reason: reason ?? null, ...its }
}

function has(tags: Readonly<Record<string, string>>, name: string, value: string): boolean {
  return Object.hasOwn(tags, name) && (value === '' || tags[name] === value)
}
