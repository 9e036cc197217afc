import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cloud, startCloud } from '@tscaler/rehearsal/cloud/cloud.ts'
import { pretendMachines } from '@tscaler/rehearsal/cloud/machines/pretend.ts'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { dataFolder } from '../whole/tscaler.ts'
import { brokenAlways, brokenAtTheEnd, type Remains } from './check.ts'
import { Draw } from './draw.ts'
import { fates, ordealFaults, rights, weathers } from './faults.ts'
import { beginLife, type Life } from './life.ts'
import { clusters, ordealDocument, ordealInventory } from './ordeal-document.ts'
import { type Deeds, noDeeds, Person } from './people.ts'
import { SeenCalls } from './seen-calls.ts'
import { readStore } from './store-rows.ts'

export interface OrdealOptions {
  /** All that is drawn follows from it; how fast things go does not. */
  seed: number
  kills: number
  /** The longest time between a start and the next kill. */
  longestMs: number
  /** What a deployment or removal may take: long enough for throttled calls, short enough for machines that never let in to be given up. */
  limitMs: number
  /** How long the runs under way may take to end once nothing goes wrong any more. */
  endMs: number
  /** The program of tscaler; left out, its source. */
  main?: string
  log: (text: string) => void
}

/** What an ordeal has done and found. */
export interface Ordeal {
  kills: number
  /** Calls to the cloud by action, and what went wrong with them by fault. */
  actions: Map<string, number>
  faults: Map<string, number>
  fates: number
  deeds: Deeds
  /** What was broken, a sentence each; empty: nothing. Where something was, the data folder stays, and is named last. */
  broken: string[]
  output: string
}

/**
 * Kills tscaler again and again while machines come and go in a cloud in which much goes wrong, and looks at each death and at the end
 * whether all of them are accounted for.
 */
export async function runOrdeal(options: OrdealOptions): Promise<Ordeal> {
  const key = makeEd25519()
  const folder = await dataFolder()
  const cloud = await startCloud({
    machines: await pretendMachines(),
    inventory: ordealInventory(key.publicKey),
    times: { pendingMs: 40, hiddenMs: 30, tagsLateMs: 20, consoleMs: 30 },
  })
  const calls = new SeenCalls(cloud)
  const settings = { TSCALER_EC2_ENDPOINT: cloud.url, TSCALER_ELB_ENDPOINT: cloud.url }
  const ran = path.join(path.dirname(folder.data), 'ran')
  const document = ordealDocument({ cloud, privateKey: key.privateKey, ran, limitMs: options.limitMs })
  let life: Life | undefined
  let isWhole = true
  try {
    life = await beginLife({ data: folder.data, main: options.main, settings }, (first) =>
      first.api('POST', '/api/v1/apply', { document }),
    )
    const trial = new Trial({ options, cloud, calls, life, ran, store: path.join(folder.data, 'tscaler.db') })
    const ordeal = await trial.run()
    isWhole = ordeal.broken.length === 0
    return isWhole ? ordeal : { ...ordeal, broken: [...ordeal.broken, `its data is in ${folder.data}`] }
  } finally {
    calls.close()
    await life?.end()
    await cloud.close()
    if (isWhole) await folder.remove()
  }
}

interface TrialParts {
  options: OrdealOptions
  cloud: Cloud
  calls: SeenCalls
  life: Life
  ran: string
  store: string
}

class Trial {
  readonly #parts: TrialParts
  readonly #deeds = noDeeds()
  readonly #broken = new Set<string>()
  #kills = 0
  #isOver = false

  constructor(parts: TrialParts) {
    this.#parts = parts
  }

  async run(): Promise<Ordeal> {
    const { options, cloud, calls, life } = this.#parts
    const { seed } = options
    const weather = Promise.all([
      this.#changeWeather(new Draw(seed, 'weather')),
      this.#stopNowAndThen(new Draw(seed, 'stops')),
    ])
    const people = clusters.map((name) => new Person(life, name, new Draw(seed, name), this.#deeds))
    const working = Promise.all(people.map((person) => person.work(() => this.#isOver)))
    // Where the killing fails it is that which is told of.
    for (const beside of [weather, working]) beside.catch(() => {})
    try {
      await this.#killAll(new Draw(seed, 'kills'))
    } finally {
      this.#isOver = true
    }
    await weather
    cloud.faults.clear()
    await this.#ends(working)
    await this.#lookAtTheEnd()
    const { actions, faults } = calls
    const fates = cloud.instances().filter(({ fate }) => Object.keys(fate).length > 0).length
    const broken = [...this.#broken]
    return { kills: this.#kills, actions, faults, fates, deeds: this.#deeds, broken, output: life.output() }
  }

  async #changeWeather(draw: Draw): Promise<void> {
    const { options, cloud } = this.#parts
    for (let count = 1; !this.#isOver; count += 1) {
      cloud.faults.atRandom(ordealFaults(`${options.seed} ${count}`, draw.pick(weathers)))
      if (draw.isLucky(0.3)) cloud.faults.add(draw.pick(fates))
      if (draw.isLucky(0.15)) cloud.denied.add(draw.pick(rights))
      await sleep(draw.between(500, 4_000))
      cloud.denied.clear()
    }
  }

  /** A red stop for a moment, at any point of any run. */
  async #stopNowAndThen(draw: Draw): Promise<void> {
    const { life } = this.#parts
    while (!this.#isOver) {
      await sleep(draw.between(1_000, 10_000))
      if (await life.order('POST', '/api/v1/stop-all', { reason: 'ordeal' })) this.#deeds.stopped += 1
      await sleep(draw.between(0, 500))
      await life.ask('POST', '/api/v1/resume', { stopAll: true })
    }
  }

  async #killAll(draw: Draw): Promise<void> {
    const { life, options } = this.#parts
    while (this.#kills < options.kills) {
      await this.#instant(draw)
      this.#kills += 1
      await life.crash(() => this.#look(`at kill ${this.#kills}`))
      if (this.#kills % 10 === 0) options.log(`${this.#kills} kills, ${countsText(this.#deeds.runs)}`)
    }
  }

  /** Half of them within milliseconds of a call, the others whenever; the shorter the likelier. */
  async #instant(draw: Draw): Promise<void> {
    const { calls, options } = this.#parts
    const { longestMs } = options
    if (draw.isLucky(0.5)) {
      const action = draw.isLucky(0.5) ? draw.pick(turningPoints) : null
      await calls.more(action === null ? draw.between(1, 25) : 1, action, longestMs)
      const late = draw.pick([0, 0, 1, 3, 10, 30])
      if (late > 0) await sleep(late)
    } else await sleep(longestMs * draw.share() ** 2)
  }

  #look(when: string): void {
    const remains = this.#remains([])
    for (const text of brokenAlways(remains)) this.#breaks(`${text} (${when})`)
  }

  async #ends(working: Promise<unknown>): Promise<void> {
    const limit = sleep(this.#parts.options.endMs, 'late', { ref: false })
    if ((await Promise.race([working, limit])) === 'late') this.#breaks('the runs under way did not come to their end')
  }

  async #lookAtTheEnd(): Promise<void> {
    const { items } = await this.#parts.life.ask<{ items: Remains['seen'] }>('GET', '/api/v1/instances?fresh=true')
    for (const text of brokenAtTheEnd(this.#remains(items))) this.#breaks(`${text} (at the end)`)
  }

  #remains(seen: Remains['seen']): Remains {
    const { cloud, calls, ran, store } = this.#parts
    calls.look()
    const vms = cloud.instances().map(({ id, tags, wish, state }) => ({
      id,
      name: tags.get('Name')?.value ?? '',
      token: wish.clientToken,
      isAlive: state !== 'shutting-down' && state !== 'terminated',
    }))
    const balancers = cloud.balancers().map(({ name, members }) => ({
      name,
      members: members.filter(({ drains }) => !drains).map(({ id }) => id),
    }))
    return {
      ...readStore(store),
      vms,
      balancers,
      asked: calls.asked,
      ran: linesOf(ran),
      again: this.#deeds.again,
      seen,
    }
  }

  /** The first time only: what is broken stays so. */
  #breaks(text: string): void {
    const known = [...this.#broken].some((one) => one.split(' (at ')[0] === text.split(' (at ')[0])
    if (known) return
    this.#broken.add(text)
    this.#parts.options.log(`BROKEN: ${text}`)
  }
}

/** After these something is there, or gone, that was not before. */
const turningPoints = [
  'RunInstances',
  'RunInstances',
  'TerminateInstances',
  'RegisterTargets',
  'DeregisterTargets',
  'GetConsoleOutput',
] as const

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return [] // no script has run yet
  }
}

/** `3 succeeded, 1 failed` */
export function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
}
