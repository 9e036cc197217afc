import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Jvm, startJvm } from '@tscaler/rehearsal/jvm.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type * as jvms from '../../src/wire/jvms.ts'
import type { Run } from '../../src/wire/runs.ts'
import type { NodeCheck, Samples, Series } from '../../src/wire/watching.ts'
import { dataFolder, startTscaler, type Tscaler } from './tscaler.ts'
import { waitFor } from './wait-for.ts'

const { skip } = requirePart('java')

const limitBytes = 60_000_000
const heldMegabytes = 70

describe.skipIf(skip)('the loop on a real JVM', () => {
  let jvm: Jvm
  let folder: Awaited<ReturnType<typeof dataFolder>>
  let tscaler: Tscaler

  beforeAll(async () => {
    jvm = await startJvm({ heapMb: 128, password: { user: 'monitor', password: 'right' } })
    folder = await dataFolder()
    tscaler = await startTscaler(folder.data, { TSCALER_SERVER_COMMANDS: 'on' })
    await tscaler.api('POST', '/api/v1/apply', { document: documentFor(jvm, path.dirname(folder.data)) })
  })

  afterAll(async () => {
    await tscaler?.stop()
    await jvm?.stop()
    await folder?.remove()
  })

  const seriesOf = async (counter: string) =>
    (await tscaler.api<{ items: Series[] }>('GET', `/api/v1/series?counter=${counter}&jvm=app&source=jmx`)).items[0]
  const newest = async (counter: string) => (await seriesOf(counter))?.latest
  const value = async (counter: string) => {
    const latest = await newest(counter)
    return latest && 'value' in latest ? latest : undefined
  }

  test('a heap that grows past its threshold fires the trigger, which names the JVM', { timeout: 60_000 }, async () => {
    await waitFor('a value of the heap', () => value('heap'))
    expect((await seriesOf('heap'))?.jvm?.name).toBe('app')
    await jvm.holdMemory(heldMegabytes)
    const run = await waitFor(
      'the run to end',
      async () => {
        const { items } = await tscaler.api<{ items: Run[] }>('GET', '/api/v1/runs')
        return items.find(({ state }) => state === 'succeeded' || state === 'failed')
      },
      30_000,
    )
    expect(run).toMatchObject({ state: 'succeeded', trigger: { name: 'full' } })
    expect(run.cause.text).toMatch(/^shop01 app heap was \d+ > 60000000 for 2s$/)
    const told = await readFile(path.join(path.dirname(folder.data), 'told'), 'utf8')
    expect(Number(told)).toBeGreaterThan(limitBytes)
    await jvm.holdMemory(0)
  })

  test('the explorer shows its MBeans and what one holds now; the check tells that it answers', async () => {
    const { items } = await tscaler.api<{ items: jvms.Jvm[] }>('GET', '/api/v1/nodes/shop01/jvms')
    expect(items).toMatchObject([{ profile: { name: 'app' }, connection: { state: 'open', failure: null } }])
    const explore = (pattern: string) =>
      tscaler.api<jvms.MBeans>('GET', `/api/v1/nodes/shop01/jvms/app/mbeans?pattern=${encodeURIComponent(pattern)}`)
    const { domains } = await explore('java.lang:*')
    expect(domains).toMatchObject([{ name: 'java.lang', mbeans: expect.arrayContaining(['java.lang:type=Memory']) }])
    const { mbean } = await explore('java.lang:type=Memory')
    const heap = mbean?.attributes.find(({ name }) => name === 'HeapMemoryUsage')
    expect(heap).toMatchObject({ readable: true, value: { used: expect.any(Number), max: expect.any(Number) } })
    await expect(explore('java.lang:type=Nope')).rejects.toThrow(/404 .*there is no such MBean/)
    const check = await tscaler.api<NodeCheck>('POST', '/api/v1/nodes/shop01/check')
    expect(check).toMatchObject({
      ok: true,
      findings: expect.arrayContaining([{ what: 'JMX app', ok: true, text: expect.any(String) }]),
    })
  })

  test('killed and started again it leaves a gap, and its next sample comes with the next round', {
    timeout: 60_000,
  }, async () => {
    const began = Date.now()
    await jvm.kill()
    const refused = await waitFor('a failure', async () => {
      const latest = await newest('heap')
      return latest && 'failure' in latest ? latest.failure : undefined
    })
    expect(refused).toMatchObject({ kind: 'unreachable', text: expect.stringContaining('JVM "app" of shop01') })
    expect(JSON.stringify(refused)).not.toContain('right')
    const failuresBefore = await waitFor('three rounds of failures', async () => {
      const { failures = [] } = (await samplesSince(began)) ?? {}
      return failures.length >= 3 && failures
    })
    await jvm.restart()
    const backAt = Date.now()
    const back = await waitFor('a value again', async () => {
      const latest = await value('heap')
      return latest && Date.parse(latest.at) >= backAt && latest
    })
    expect(back.value).toBeGreaterThan(0)
    const samples = await samplesSince(began)
    // The round that was under way when the JVM came back may have failed; the one after it may not.
    expect(samples?.failures.filter(({ at }) => at > backAt).length).toBeLessThanOrEqual(1)
    expect(samples?.failures.length).toBeGreaterThanOrEqual(failuresBefore.length)
    expect(samples?.values.every((one) => one > 0)).toBe(true)
  })

  async function samplesSince(from: number) {
    const id = (await seriesOf('heap'))?.id
    const { series } = await tscaler.api<Samples>('GET', `/api/v1/samples?series=${id}&from=${from}`)
    return series[0]
  }
})

/** A node that is there for its JVM alone, and a trigger that writes down the heap which fired it. */
function documentFor(jvm: Jvm, folder: string) {
  const { host, port, user, password } = jvm
  return {
    version: 1,
    jvmProfiles: [{ name: 'app', port, user, password: { value: password } }],
    counters: [
      { name: 'heap', jmx: { readyMade: 'heap-used' }, threshold: `> ${limitBytes}`, period: '1s', unit: 'bytes' },
      { name: 'threads', jmx: { mbean: 'java.lang:type=Threading', attribute: 'ThreadCount' }, period: '1s' },
    ],
    clusters: [
      {
        name: 'shop',
        counters: ['heap', 'threads'],
        nodes: [{ name: 'shop01', hostname: host, jvmProfiles: ['app'] }],
      },
    ],
    actions: [
      {
        name: 'tell',
        serverCommand: { command: ['/bin/sh', '-c', 'printf %s "$TSCALER_VALUE" >"$1/told"', 'sh', folder] },
      },
    ],
    triggers: [
      {
        name: 'full',
        cluster: 'shop',
        state: 'on',
        counters: ['heap'],
        timing: '2s',
        actions: [{ action: 'tell', target: 'none' }],
      },
    ],
  }
}
