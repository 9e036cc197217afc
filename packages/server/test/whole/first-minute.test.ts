import { expect, test } from 'vitest'
import type { NodeCheck, Series } from '../../src/wire/watching.ts'
import { dataFolder, startTscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

test.each<{ name: string; environment: Record<string, string> }>([
  { name: 'as a person starts it', environment: {} },
  { name: 'in a container whose HOME is empty', environment: { HOME: '' } },
])('a fresh folder graphs this machine within 15 s: $name', async ({ environment }) => {
  const folder = await dataFolder()
  const tscaler = await startTscaler(folder.data, environment)
  try {
    const wanted = ['load1', 'memory-used', 'swap-used', 'disk-used']
    const series = await waitFor('values', async () => {
      const { items } = await tscaler.api<{ items: Series[] }>('GET', '/api/v1/series')
      const values = items.filter(({ latest }) => latest !== null && 'value' in latest)
      return wanted.every((name) => values.some(({ counter }) => counter.name === name)) && items
    })
    const check = await tscaler.api<NodeCheck>('POST', `/api/v1/nodes/${series[0]?.node.id}/check`)
    expect(check.findings.filter(({ ok, what }) => !ok && what !== 'sudo')).toEqual([])
  } finally {
    await tscaler.stop()
    await folder.remove()
  }
})
