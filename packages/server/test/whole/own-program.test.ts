import { existsSync } from 'node:fs'
import path from 'node:path'
import { makeEd25519 } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { type SshdNode, startSshdFleet } from '@tscaler/rehearsal/sshd.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRack, type Rack, type RackMachine, writeProgram } from '../../src/reach/cloud/program/program.fixture.ts'
import type { Run } from '../../src/wire/runs.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('sshd', 'python3')

describe.skipIf(skip)('machines of a program, with kill -9 while it works', () => {
  const key = makeEd25519()
  const environment = { TSCALER_SERVER_COMMANDS: 'on' }
  let machines: SshdNode[] = []
  let rack: Rack
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeAll(async () => {
    machines = await startSshdFleet(2, { authorizedKeys: [key.publicKey] })
    const named = machines.map(({ host, hostKey }, n): [string, RackMachine] => [
      `r${n}`,
      { host, hostKeys: [hostKey] },
    ])
    rack = await openRack(Object.fromEntries(named))
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, environment)
    const command = [await hangingOnce(), ...rack.command]
    const [first] = machines
    await tscaler.api('POST', '/api/v1/apply', {
      document: {
        version: 1,
        sshProfiles: [{ name: 'rack', user: first?.user, privateKey: { value: key.privateKey }, hostKeys: 'strict' }],
        clusters: [{ name: 'shop', min: 0, max: 3 }],
        actions: [
          { name: 'take', deployCommand: { command, callLimit: '5s', sshProfile: 'rack', port: first?.port } },
          { name: 'give-back', removeCommand: { command, callLimit: '5s' } },
        ],
      },
    })
  })

  afterAll(async () => {
    await tscaler?.kill()
    await Promise.all(machines.map((machine) => machine.stop()))
    await rack?.close()
    await folder?.remove()
  })

  /** Of `launch` and `end` each, the first call does what it should and never answers. */
  async function hangingOnce(): Promise<string> {
    return writeProgram(
      rack.folder,
      `#!/bin/sh
ask=$(cat)
op=$(printf '%s' "$ask" | sed 's/{"op":"\\([a-zA-Z]*\\)".*/\\1/')
printf '%s' "$ask" | "$@" >"$2.$op.$$" || exit
case $op in launch | end) mkdir "$2.$op" 2>/dev/null && exec sleep 600 ;; esac
cat "$2.$op.$$"
`,
    )
  }

  async function runThroughCrash(action: string, op: string): Promise<Run> {
    const { items } = await tscaler.api<{ items: { id: number }[] }>('GET', `/api/v1/actions?q=${action}`)
    const { items: clusters } = await tscaler.api<{ items: { id: number; name: string }[] }>('GET', '/api/v1/clusters')
    const cluster = clusters.find(({ name }) => name === 'shop')?.id
    const { id } = await tscaler.api<Run>('POST', `/api/v1/actions/${items[0]?.id}/execute`, { cluster })
    await waitFor(`the program to hang in ${op}`, () => existsSync(path.join(rack.folder, `inventory.json.${op}`)))
    await tscaler.kill()
    tscaler = await startTscaler(folder.data, environment)
    return waitFor(`${action} to end`, async () => {
      const run = await tscaler.api<Run>('GET', `/api/v1/runs/${id}`)
      return run.endedAt !== null && run
    })
  }

  test('the machine that was made is the one that comes into service', async () => {
    const run = await runThroughCrash('take', 'launch')
    expect(run.state, JSON.stringify(run)).toBe('succeeded')
    expect(await rack.taken()).toHaveLength(1)
    const { items } = await tscaler.api<{ items: { name: string; state: string }[] }>('GET', '/api/v1/nodes?q=shop')
    expect(items).toMatchObject([{ name: 'shop01', state: 'in-service', hostname: machines[0]?.host }])
  })

  test('the machine that was ended is forgotten', async () => {
    const run = await runThroughCrash('give-back', 'end')
    expect(run.state, JSON.stringify(run)).toBe('succeeded')
    expect(await rack.taken()).toEqual([])
    expect(await tscaler.api('GET', '/api/v1/nodes?q=shop')).toMatchObject({ items: [] })
  })
})
