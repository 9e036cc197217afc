import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type MachineDoor, openMachineDoor } from '@tscaler/rehearsal/machine-door.ts'
import { type Hub, startHub } from '@tscaler/rehearsal/machine-nodes.ts'
import { systemClock } from '../../../model/clock.ts'
import type { Node } from '../../../model/node.ts'
import type { Run } from '../../../model/run.ts'
import type { Machine, Reach, SshAccess } from '../../../reach/machine.ts'
import { openReach } from '../../../reach/reach.ts'
import { byHand, House, type Process } from '../../act.fixture.ts'
import { osConfiguration } from './os-configuration.ts'

/** A house with one node that is a machine of its own, reached over SSH as root. */
export class PuppetHouse {
  readonly house: House
  readonly node: Node
  readonly door: MachineDoor
  readonly #hub: Hub
  readonly #reach: Reach
  readonly #access: SshAccess
  #actions = 0

  private constructor(parts: {
    house: House
    node: Node
    door: MachineDoor
    hub: Hub
    reach: Reach
    access: SshAccess
  }) {
    this.house = parts.house
    this.node = parts.node
    this.door = parts.door
    this.#hub = parts.hub
    this.#reach = parts.reach
    this.#access = parts.access
  }

  static async open(): Promise<PuppetHouse> {
    const [house, hub] = await Promise.all([House.open(), startHub()])
    const vm = await hub.startMachineNode(1)
    const door = await openMachineDoor(hub, vm)
    const cluster = await house.cluster()
    const { host: hostname, port } = door
    const node = await house.node('shop01', { clusterId: cluster.id, hostname, port })
    const log = { info() {}, warn() {}, debug() {} }
    const reach = openReach({ clock: systemClock, random: () => 0.5, log })
    const { user, privateKey, hostKey } = vm
    const none = { passphrase: null, password: null, agent: null, jump: [], knownHosts: null, certAuthorities: [] }
    const access = { ...none, nodeId: node.id, nodeName: node.name, hostname, port, user, privateKey, hostKey }
    const at = new PuppetHouse({
      house,
      node,
      door,
      hub,
      reach,
      access: { ...access, hostKeys: 'strict', stopped: false },
    })
    at.logIn(user)
    return at
  }

  async close(): Promise<void> {
    await this.house.close()
    await this.#reach.close()
    await this.door.close()
    await this.#hub.stop()
  }

  /** From now on the node is worked on as this user of it. */
  logIn(user: string): void {
    this.#reach.configure([{ ...this.#access, user }], [])
    this.house.machines.set(this.node.id, this.machine)
  }

  get machine(): Machine {
    const machine = this.#reach.find(this.node.id)
    if (machine === undefined) throw new Error('not configured')
    return machine
  }

  /** Begins an action on the node. Puppet takes seconds, on a busy machine many. */
  async apply(
    fields: Readonly<Record<string, unknown>>,
    some: { secrets?: Record<string, string>; retries?: number } = {},
  ): Promise<{ process: Process; run: Run }> {
    const process = await this.house.start([osConfiguration])
    const name = `base${++this.#actions}`
    const defaults = { sudo: false, install: true, noop: false, parallel: 10, stopAfterFailures: 1 }
    const action = await this.house.action(name, 'osConfiguration', {
      timeoutMs: 60_000,
      ...some,
      fields: { ...defaults, ...fields },
    })
    const run = await process.admission.admitByHand(byHand({ action, nodeIds: [this.node.id] }))
    return { process, run }
  }

  /** What a shell on the node prints. */
  async sh(script: string): Promise<string> {
    const [answer] = await this.machine.round([{ key: 1, script }], { deadlineMs: 15_000, scriptLimitMs: 15_000 })
    if (answer?.kind !== 'output') throw new Error(`${script}: ${JSON.stringify(answer)}`)
    return answer.stdout
  }

  /** Writes a program that stands in for another, on the node. */
  async pretend(path: string, text: string): Promise<void> {
    await this.sh(`mkdir -p ${dirname(path)}; cat >${path} <<'END'\n#!/bin/sh\n${text}\nEND\nchmod 755 ${path}`)
  }
}

/** A tar.gz of these files, as the field takes it. */
export function archive(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tscaler-modules-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'in', dirname(path)), { recursive: true })
      writeFileSync(join(folder, 'in', path), text)
    }
    execFileSync('tar', ['-czf', join(folder, 'out'), '-C', join(folder, 'in'), '.'])
    return readFileSync(join(folder, 'out')).toString('base64')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
