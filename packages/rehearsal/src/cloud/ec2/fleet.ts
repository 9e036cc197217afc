import { randomBytes } from 'node:crypto'
import type { CloudClock } from '../clock.ts'
import type { Counters } from '../load/load.ts'
import type { Machines } from '../machines/machines.ts'
import type { CloudTimes } from '../times.ts'
import { ApiError } from '../wire/api-error.ts'
import { type Fate, type Instance, type InstanceWish, isAlive, isVisible } from './instance.ts'
import { readUserData } from './user-data.ts'

/** What the fleet of a region needs of its cloud. */
export interface FleetParts {
  clock: CloudClock
  times: CloudTimes
  machines: Machines
  publicKeyOf: (keyName: string) => string | undefined
  counters: (id: string) => Counters
}

/** The instances of one region and their lives. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #instances = new Map<string, Instance>()
  readonly #machineWork = new Map<string, Promise<void>>()
  readonly #timers = new Map<string, () => void>()
  readonly #watchers = new Set<() => void>()
  #closed = false

  constructor(parts: FleetParts) {
    this.#parts = parts
  }

  /** All that can be seen now, in the order of their launches. */
  visible(): Instance[] {
    const now = this.#parts.clock.now()
    const { terminatedVisibleMs } = this.#parts.times
    return [...this.#instances.values()].filter((instance) => isVisible(instance, now, terminatedVisibleMs))
  }

  /** All there ever were, hidden and gone ones too. */
  all(): Instance[] {
    return [...this.#instances.values()]
  }

  /** Throws InvalidInstanceID.Malformed or .NotFound, as every action does that is given an id. */
  get(id: string): Instance {
    if (!/^i-(?:[0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new ApiError('InvalidInstanceID.Malformed', `Invalid id: "${id}"`)
    }
    const found = this.find(id)
    if (found === undefined) {
      throw new ApiError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`)
    }
    return found
  }

  /** undefined for what Describe calls can't see. */
  find(id: string): Instance | undefined {
    const found = this.#instances.get(id)
    const { clock, times } = this.#parts
    return found && isVisible(found, clock.now(), times.terminatedVisibleMs) ? found : undefined
  }

  /** Launches up to `fates.length` instances, fewer when addresses run out; throws when not even `min` fit. */
  async launch(wish: InstanceWish, min: number, fates: readonly Fate[]): Promise<Instance[]> {
    const ids = fates.map(() => newId('i'))
    const addresses: (readonly [id: string, address: string, fate: Fate])[] = []
    for (const [index, id] of ids.entries()) {
      const address = await this.#parts.machines.reserve(id)
      if (address === undefined) break
      addresses.push([id, address, fates[index] ?? {}])
    }
    if (addresses.length < min) {
      await Promise.all(addresses.map(([id]) => this.#parts.machines.release(id)))
      const message = `There are not enough free addresses in subnet '${wish.subnet.id}' to satisfy the requested number of instances.`
      throw new ApiError('InsufficientFreeAddressesInSubnet', message)
    }
    const reservationId = newId('r')
    return addresses.map(([id, address, fate], launchIndex) => {
      const instance = this.#born(wish, { id, address, fate, launchIndex, reservationId })
      this.#begin(instance)
      return instance
    })
  }

  /** Power on after `stop`. */
  start(instance: Instance): void {
    instance.launchedAt = this.#parts.clock.now()
    instance.reason = undefined
    instance.state = 'pending'
    this.#begin(instance)
  }

  /** Power off; the instance stays. */
  stop(instance: Instance): void {
    this.#enter(instance, 'stopping')
    instance.reason = {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    }
    this.#down(instance)
    this.#work(instance, () => this.#parts.machines.halt(instance.id))
    this.#laterGone(instance, this.#parts.times.stoppingMs, () => {
      if (instance.state === 'stopping') this.#enter(instance, 'stopped')
    })
  }

  /** The end, by a user or by the cloud. Nothing happens to one that is already going. */
  terminate(instance: Instance, code: string, message: string): void {
    if (!isAlive(instance)) return
    this.#enter(instance, 'shutting-down')
    instance.reason = { code, message: `${code}: ${message}` }
    this.#down(instance)
    this.#work(instance, () => this.#parts.machines.release(instance.id))
    this.#laterGone(instance, this.#parts.times.shuttingDownMs, () => {
      instance.terminatedAt = this.#parts.clock.now()
      this.#enter(instance, 'terminated')
    })
  }

  /** Resolves with the instance once `test` is true of it; looks at each change of any instance. */
  until(id: string, test: (instance: Instance) => boolean): Promise<Instance> {
    return new Promise((resolve, reject) => {
      const instance = this.#instances.get(id)
      if (instance === undefined) return reject(new Error(`The cloud never launched ${id}.`))
      const look = () => {
        if (!test(instance)) return
        this.#watchers.delete(look)
        resolve(instance)
      }
      this.#watchers.add(look)
      look()
    })
  }

  /** Ends timers and waits for what machines still do. */
  async close(): Promise<void> {
    this.#closed = true
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
    this.#watchers.clear()
    await Promise.all(this.#machineWork.values())
  }

  #born(
    wish: InstanceWish,
    own: Pick<Instance, 'id' | 'address' | 'fate' | 'launchIndex' | 'reservationId'>,
  ): Instance {
    const { clock, times } = this.#parts
    const now = clock.now()
    const instance: Instance = {
      ...own,
      wish,
      number: this.#instances.size + 1,
      visibleAt: now + (own.fate.hiddenMs ?? times.hiddenMs),
      tags: new Map(wish.tags.map(([key, value]) => [key, { value, visibleAt: now + times.tagsLateMs }])),
      launchedAt: now,
      state: 'pending',
      reason: undefined,
      terminatedAt: undefined,
      hostKey: undefined,
      bootedAt: undefined,
      runningAt: undefined,
    }
    this.#instances.set(own.id, instance)
    if (own.fate.diesAfterMs !== undefined) {
      const die = () => this.terminate(instance, 'Server.InternalError', 'Internal error on launch')
      this.#timers.set(`${own.id} dies`, clock.after(own.fate.diesAfterMs, die))
    }
    return instance
  }

  #begin(instance: Instance): void {
    if (instance.fate.stuckPending) return
    this.#later(instance, this.#parts.times.pendingMs, () => {
      instance.runningAt = this.#parts.clock.now()
      this.#enter(instance, 'running')
      if (instance.fate.noSsh) return
      if (this.#parts.times.bootMs === 0) this.#boot(instance)
      else this.#later(instance, this.#parts.times.bootMs, () => this.#boot(instance))
    })
  }

  #boot(instance: Instance): void {
    const { machines, publicKeyOf, counters, clock } = this.#parts
    const { wish, id, address: host } = instance
    this.#work(instance, async () => {
      if (instance.state !== 'running') return
      const userData = readUserData(wish.userData)
      const pair = wish.keyName === undefined ? undefined : publicKeyOf(wish.keyName)
      const { hostKey } = await machines.boot({
        id,
        host,
        name: instance.tags.get('Name')?.value ?? id,
        authorizedKeys: [...(pair === undefined ? [] : [pair]), ...userData.authorizedKeys],
        hostKey: userData.hostKey,
        counters: () => counters(id),
      })
      if (instance.state !== 'running') return
      instance.hostKey = hostKey
      instance.bootedAt = clock.now()
    })
  }

  /** One thing after the other for each machine: a termination waits for the boot that it overtook. */
  #work(instance: Instance, step: () => Promise<void>): void {
    const before = this.#machineWork.get(instance.id) ?? Promise.resolve()
    const after = before.then(step).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error)
      this.terminate(instance, 'Server.InternalError', text)
    })
    this.#machineWork.set(
      instance.id,
      after.then(() => this.#changed()),
    )
  }

  #enter(instance: Instance, state: Instance['state']): void {
    instance.state = state
    this.#changed()
  }

  #down(instance: Instance): void {
    instance.bootedAt = undefined
    instance.runningAt = undefined
  }

  /** Each instance has one next step; a new one takes the place of the former. */
  #later(instance: Instance, delayMs: number, step: () => void): void {
    this.#timers.get(instance.id)?.()
    if (this.#closed) return // a call that was under way, whose machine must not begin now
    this.#timers.set(instance.id, this.#parts.clock.after(delayMs, step))
  }

  /** As `#later`, but not before the machine is off. */
  #laterGone(instance: Instance, delayMs: number, step: () => void): void {
    this.#later(instance, delayMs, () => this.#work(instance, async () => step()))
  }

  #changed(): void {
    for (const look of this.#watchers) look()
  }
}

/** As EC2 makes them: a prefix and 17 hexadecimal digits. */
export function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`
}
