import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../../../model/clock.ts'
import { openLocalPrograms } from '../../local/local-programs.ts'
import type { Cloud, Order } from '../cloud.ts'
import type { ProgramAccess } from './ask.ts'
import { openProgramCloud } from './program-cloud.ts'

/** The example that ships with tscaler. */
export const rackProgram = path.resolve(import.meta.dirname, '../../../../../../examples/rack/rack.py')

/** A rack with its inventory in a folder of its own. */
export interface Rack {
  folder: string
  /** What to call it with. */
  command: string[]
  /** The inventory as it is now. */
  taken(): Promise<{ id: string; token: string; tags: Record<string, string> }[]>
  close(): Promise<void>
}

/** One that a person has put into the inventory. */
export interface RackMachine {
  host: string
  hostKeys?: string[]
}

/** Opens one with these machines; a key is made up where none is given. */
export async function openRack(machines: Readonly<Record<string, RackMachine>>): Promise<Rack> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tscaler-rack-'))
  const inventory = path.join(folder, 'inventory.json')
  const filled = Object.entries(machines).map(([name, { host, hostKeys = [madeUpKey] }]) => [name, { host, hostKeys }])
  await writeFile(inventory, JSON.stringify({ machines: Object.fromEntries(filled) }))
  return {
    folder,
    command: [rackProgram, inventory],
    async taken() {
      const { taken = {} } = JSON.parse(await readFile(inventory, 'utf8'))
      return Object.values(taken)
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

const madeUpKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'

/** Writes an executable. */
export async function writeProgram(folder: string, text: string): Promise<string> {
  const file = path.join(folder, `program-${++written}`)
  await writeFile(file, text)
  await chmod(file, 0o755)
  return file
}
let written = 0

/** A cloud of that program, and what it said. */
export function cloudOf(
  command: readonly string[],
  some: Partial<ProgramAccess> = {},
): { cloud: Cloud; said: string[] } {
  const said: string[] = []
  const programs = openLocalPrograms({ clock: systemClock, user: null })
  const say = (line: string) => void said.push(line)
  const mask = (text: string) => text
  const access = { programs, command, env: {}, callLimitMs: 20_000, balancer: true, say, mask, ...some }
  return { cloud: openProgramCloud(access), said }
}

/** An order for one machine of a program. */
export function orderOf(
  token: string,
  tags: Readonly<Record<string, string>> = { Name: 'shop01', Cluster: 'shop' },
): Order {
  return { token, tags, userData: null, shape: null }
}
