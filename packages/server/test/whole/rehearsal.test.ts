import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node } from '../../src/wire/resources.ts'
import type { Run } from '../../src/wire/runs.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

describe('a rehearsal', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeAll(async () => {
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, {}, { flags: ['--rehearsal'] })
  })

  afterAll(async () => {
    await tscaler?.stop()
    await folder?.remove()
  })

  const inService = async () => {
    const { items } = await tscaler.api<{ items: Node[] }>('GET', '/api/v1/nodes')
    return items.filter(({ state, ec2Profile }) => state === 'in-service' && ec2Profile?.name === 'rehearsal')
  }

  test('shows a load that rises, hits that fill, and a machine that comes into service, untouched', {
    timeout: 150_000,
  }, async () => {
    expect(tscaler.output()).toContain('a pretend cloud stands in for AWS')
    await waitFor('the first machine', async () => (await inService()).length === 1, 60_000)
    const fired = await waitFor(
      'the trigger to fire',
      async () => {
        const { items } = await tscaler.api<{ items: Run[] }>('GET', '/api/v1/runs?trigger=rehearsal-grow')
        return items[0]
      },
      120_000,
    )
    expect(fired.cause.text).toMatch(/^rehearsal01 rehearsal-load was [\d.]+ > 4 for 15s$/)
    await waitFor('the second machine', async () => (await inService()).length === 2, 60_000)
    const lower = await waitFor('a load that two bear', async () => {
      const { items } = await tscaler.api<{ items: { latest: { value?: number } | null }[] }>(
        'GET',
        '/api/v1/series?counter=rehearsal-load',
      )
      const values = items.map(({ latest }) => latest?.value ?? 9)
      return values.length === 2 && values.every((value) => value < 4) && values
    })
    expect(lower).toHaveLength(2)
  })

  test('begins anew with the next start, where its machines are gone', { timeout: 60_000 }, async () => {
    await tscaler.stop()
    tscaler = await startTscaler(folder.data, {}, { flags: ['--rehearsal'] })
    // By its own hand, or, where the run that was cut short is still ending, to keep the least size: that is looked at every 10 s.
    const [node, ...more] = await waitFor(
      'a first machine again',
      async () => {
        const nodes = await inService()
        return nodes.length > 0 && nodes
      },
      50_000,
    )
    expect([node?.name, more]).toEqual(['rehearsal01', []])
  })
})
