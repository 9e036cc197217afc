import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../../src/wire/runs.ts'
import type { Series, Status } from '../../src/wire/watching.ts'
import { startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('root')

describe.skipIf(skip)('a full disk', () => {
  let disk: string
  let tscaler: Tscaler
  /** The script's own files are not on the full disk: that would be the node's trouble. */
  let home: string

  beforeAll(async () => {
    disk = await mkdtemp(path.join(tmpdir(), 'tscaler-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk])
    home = await mkdtemp(path.join(tmpdir(), 'tscaler-home-'))
    tscaler = await startTscaler(path.join(disk, 'data'), { TSCALER_SERVER_COMMANDS: 'on', HOME: home })
    await tscaler.api('POST', '/api/v1/apply', {
      document: {
        version: 1,
        counters: [{ name: 'quick', ssh: { readyMade: 'load1' }, period: '1s' }],
        clusters: [{ name: 'own', counters: ['quick'], nodes: [{ name: 'own01', local: true }] }],
        actions: [{ name: 'wait', localScript: { script: `while [ ! -e ${disk}/go ]; do sleep 0.1; done` } }],
      },
    })
  })

  afterAll(async () => {
    await tscaler?.stop()
    execFileSync('umount', ['-l', disk])
    for (const folder of [disk, home]) await rm(folder, { recursive: true, force: true })
  })

  async function execute(): Promise<Run> {
    const { items } = await tscaler.api<{ items: { id: number }[] }>('GET', '/api/v1/actions?q=wait')
    return tscaler.api('POST', `/api/v1/actions/${items[0]?.id}/execute`, { cluster: 'own' })
  }

  test('is told of, new runs are refused, nothing accepted is lost, and all goes on once there is room', {
    timeout: 60_000,
  }, async () => {
    const accepted = await execute()
    await waitFor(
      'the run to begin',
      async () => (await tscaler.api<Run>('GET', `/api/v1/runs/${accepted.id}`)).state === 'running',
    )
    const filler = path.join(disk, 'filler')
    await fill(filler)
    await waitFor(
      'the trouble to be told',
      async () => (await tscaler.api<Status>('GET', '/api/v1/status')).trouble.length > 0,
      30_000,
    )
    await expect(execute()).rejects.toThrow(/507 .*disk-full/)
    expect((await tscaler.api<Run>('GET', `/api/v1/runs/${accepted.id}`)).state).toBe('running')

    await rm(filler)
    await writeFile(path.join(disk, 'go'), '')
    await waitFor(
      'the accepted run to end',
      async () => (await tscaler.api<Run>('GET', `/api/v1/runs/${accepted.id}`)).state === 'succeeded',
    )
    await waitFor(
      'the trouble to end',
      async () => (await tscaler.api<Status>('GET', '/api/v1/status')).trouble.length === 0,
    )
    const now = Date.now()
    await waitFor('a new sample', async () => {
      const { items } = await tscaler.api<{ items: Series[] }>('GET', '/api/v1/series?node=own01')
      return Date.parse(items[0]?.latest?.at ?? '') > now
    })
  })
})

/** Writes until nothing more goes. */
async function fill(file: string): Promise<void> {
  for (const bytes of [1 << 20, 1 << 12]) {
    for (;;) {
      try {
        await writeFile(file, Buffer.alloc(bytes), { flag: 'a' })
      } catch {
        break
      }
    }
  }
}
