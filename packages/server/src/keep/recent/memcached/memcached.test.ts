import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type Memcached, startMemcached } from '@tscaler/rehearsal/memcached.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import { hitsToGoOnWith } from '../hits.ts'
import { recentConform } from '../recent.conformance.ts'
import type { Latest, Recent } from '../recent.ts'
import { ketama } from './ketama.ts'
import { openMemcached } from './memcached.ts'

const { skip } = requirePart('memcached')
const seconds = { keys: 'second', zone: 'UTC', prefix: '' } as const

const opened: Recent[] = []
let faces = 0
afterEach(async () => {
  for (const recent of opened.splice(0)) await recent.close()
})

function open(
  servers: readonly { host: string; port: number }[],
  outside: Parameters<typeof openMemcached>[0]['outside'] = seconds,
): Recent {
  const recent = openMemcached({
    servers: servers.map(({ host, port }) => ({ host, port })),
    outside,
    clock: systemClock,
    warn: () => {},
  })
  opened.push(recent)
  return recent
}

/** Opened, and connected to every server. */
async function openReady(servers: readonly Memcached[], outside?: Parameters<typeof open>[1]): Promise<Recent> {
  const recent = open(servers, outside)
  await vi.waitUntil(() => recent.trouble() === null, { timeout: 10_000, interval: 1 })
  return recent
}

function latest(more: Partial<Latest>): Latest {
  return { at: Date.UTC(2013, 5, 18, 20, 46, 7), value: 300, failure: null, text: null, hits: 0, ...more }
}

describe.skipIf(skip)('recent values in Memcached', () => {
  let servers: Memcached[] = []

  beforeAll(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startMemcached()))
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  // A prefix of its own for each: nothing is there from the test before.
  recentConform(() => openReady(servers, { ...seconds, prefix: `t${faces++}.` }))

  /** Reads as somebody else does, who knows the servers and the keys of the design only. */
  async function outsideRead(key: string): Promise<string | undefined> {
    const server = servers[ketama(servers)(key)]
    if (!server) throw new Error('no server')
    const socket = connect(server.port, server.host)
    socket.end(`get ${key}\r\n`)
    const pieces: Buffer[] = []
    for await (const piece of socket) pieces.push(piece)
    const [head = '', ...rest] = Buffer.concat(pieces).toString().split('\r\n')
    // Flags 0: text, which clients of all languages give back as it is.
    return head.startsWith(`VALUE ${key} 0 `) ? rest[0] : undefined
  }

  /** The keys as the design's text has them. */
  const original = {
    ssh: (node: number, counter: number, time?: string) =>
      ['ssh_sshcounter', node, counter, ...(time ? [time] : [])].join('.'),
    jmx: (node: number, jvm: number, counter: number, time?: string) =>
      ['jmx_jmxcounter', node, jvm, counter, ...(time ? [time] : [])].join('.'),
  }

  describe('the keys of the design', () => {
    test('values and hits lie under them, the hits zero when clean; a failure writes no value', async () => {
      const recent = await openReady(servers)
      recent.put([
        { series: '4.2', latest: latest({ hits: 10 }) },
        { series: '7.3.5', latest: latest({ value: 600.5, hits: 5 }) },
        { series: '8.2', latest: latest({ value: null, failure: 'exit', text: 'ended with 3', hits: 2 }) },
      ])
      await recent.find('4.2')
      await recent.forget([])
      expect(await outsideRead(original.ssh(2, 4, '20130618204607'))).toBe('300')
      expect(await outsideRead(original.ssh(2, 4))).toBe('10')
      expect(await outsideRead(original.jmx(3, 5, 7, '20130618204607'))).toBe('600.5')
      expect(await outsideRead(original.jmx(3, 5, 7))).toBe('5')
      expect(await outsideRead(original.ssh(2, 8, '20130618204607'))).toBeUndefined()
      expect(await outsideRead(original.ssh(2, 8))).toBe('2')
      recent.put([{ series: '4.2', latest: latest({ hits: 0 }) }])
      await recent.forget(['7.3.5'])
      expect(await outsideRead(original.ssh(2, 4))).toBe('0')
      expect(await outsideRead(original.jmx(3, 5, 7))).toBeUndefined()
    })

    test('by minute they have the minute’s last sample, as the example of the design has it', async () => {
      const recent = await openReady(servers, { keys: 'minute', zone: 'UTC', prefix: ':1:' })
      recent.put([{ series: '5.2', latest: latest({ value: 1 }) }])
      recent.put([{ series: '5.2', latest: latest({ value: 2, at: Date.UTC(2013, 5, 18, 20, 46, 59) }) }])
      recent.put([{ series: '5.2', latest: latest({ value: 3, at: Date.UTC(2013, 5, 18, 20, 47, 0) }) }])
      await recent.forget([])
      expect(await outsideRead(`:1:${original.ssh(2, 5, '201306182046')}`)).toBe('2')
      expect(await outsideRead(`:1:${original.ssh(2, 5, '201306182047')}`)).toBe('3')
    })

    test('they are never read back, and nobody can write hits with them', async () => {
      const recent = await openReady(servers)
      recent.put([{ series: '6.2', latest: latest({ hits: 1 }) }])
      await recent.forget([])
      const key = original.ssh(2, 6)
      const server = servers[ketama(servers)(key)]
      const socket = connect(server?.port ?? 0, server?.host)
      socket.end(`set ${key} 0 0 2\r\n99\r\n`)
      await once(socket.resume(), 'end')
      expect((await recent.find('6.2'))?.hits).toBe(1)
    })
  })

  test('another process finds what this one put', async () => {
    const [one, two] = [await openReady(servers), await openReady(servers)]
    one.put([{ series: '9.1', latest: latest({ hits: 3 }) }])
    await one.forget([])
    expect(await two.find('9.1')).toEqual(latest({ hits: 3 }))
  })

  test('one that is away: its series are not found, at once, those of the others are; it comes back empty', async () => {
    const recent = await openReady(servers)
    const all = Array.from({ length: 60 }, (_, n) => `1.${n + 1}`)
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 1 }) })))
    expect((await recent.findMany(all)).size).toBe(60)
    const [lost] = servers
    await lost?.kill()
    await vi.waitUntil(() => recent.trouble() !== null, { timeout: 10_000 })
    const left = (await recent.findMany(all)).size
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThan(60)
    await lost?.restart()
    await vi.waitUntil(() => recent.trouble() === null, { timeout: 10_000 })
    expect((await recent.findMany(all)).size).toBe(left)
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 2 }) })))
    expect((await recent.findMany(all)).size).toBe(60)
  })

  test('one that hangs is given up after a second; what was put meanwhile is not taken for what is', async () => {
    const recent = await openReady(servers)
    const all = Array.from({ length: 30 }, (_, n) => `2.${n + 1}`)
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 5 }) })))
    await recent.forget([])
    const [hung] = servers
    hung?.freeze()
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 0 }) })))
    const during = await recent.findMany(all)
    expect(during.size).toBeLessThan(30)
    expect(recent.trouble()).toBe(`memcached at ${hung?.host}:${hung?.port} is away: it did not answer within 1000 ms.`)
    hung?.thaw()
    await vi.waitUntil(() => recent.trouble() === null, { timeout: 10_000 })
    for (const { hits } of (await recent.findMany(all)).values()) expect(hits).toBe(0)
    const other = await openReady(servers)
    for (const { hits } of (await other.findMany(all)).values()) expect(hits).toBe(0)
  })

  test('what was lost on its way to one that hangs is not read as what was before, here or elsewhere', async () => {
    const recent = await openReady(servers)
    const all = Array.from({ length: 30 }, (_, n) => `4.${n + 1}`)
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 5 }) })))
    await recent.forget([])
    for (const server of servers) server.freeze()
    await recent.findMany(all)
    recent.put(all.map((series) => ({ series, latest: latest({ hits: 0 }) })))
    expect((await recent.findMany(all)).size).toBe(0)
    for (const server of servers) server.thaw()
    await vi.waitUntil(() => recent.trouble() === null, { timeout: 10_000 })
    expect((await recent.findMany(all)).size).toBe(0)
    expect((await (await openReady(servers)).findMany(all)).size).toBe(0)
  })

  test('a value that memcached refuses is not found afterwards, and neither is the one before', async () => {
    const recent = await openReady(servers)
    recent.put([{ series: '3.1', latest: latest({ hits: 4 }) }])
    // Its limit is 1 MiB.
    const text = 'x'.repeat(1_100_000)
    recent.put([{ series: '3.1', latest: latest({ value: null, failure: 'exit', text, hits: 4 }) }])
    expect(await recent.find('3.1')).toBeUndefined()
    expect(await (await openReady(servers)).find('3.1')).toBeUndefined()
    recent.put([{ series: '3.1', latest: latest({ hits: 1 }) }])
    await recent.forget([])
    expect((await recent.find('3.1'))?.hits ?? 0).toBeLessThanOrEqual(1)
    expect(recent.trouble()).toBeNull()
  })

  test('a memcached that is too old, and what is none, is said in plain words', async () => {
    const peer = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.write('ERROR\r\n'))
    })
    await once(peer.listen(0, '127.0.0.1'), 'listening')
    const address = peer.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const recent = open([{ host: '127.0.0.1', port }])
    await vi.waitUntil(() => recent.trouble()?.includes('1.6'), { timeout: 10_000 })
    expect(recent.trouble()).toBe(
      `memcached at 127.0.0.1:${port} is away: it knows no meta commands. tscaler needs memcached 1.6 or newer.`,
    )
    peer.close()
  })

  describe('whatever servers die or hang when', () => {
    const periodMs = 10_000
    const sample = fc.record({
      kind: fc.constant('sample' as const),
      clean: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
    })
    const outage = fc.record({
      kind: fc.constantFrom('killed' as const, 'hanging' as const, 'hanging' as const),
      servers: fc.subarray([0, 1, 2], { minLength: 1 }),
      during: fc.array(sample, { maxLength: 3 }),
      /** Taken when it is known to be one; none: it is over before. */
      noticed: fc.array(sample, { maxLength: 3 }),
    })
    const script = fc.array(fc.tuple(fc.array(sample, { minLength: 2, maxLength: 4 }), outage), {
      minLength: 1,
      maxLength: 2,
    })

    test('hits read back are never more than were put in the present run of breaches', async () => {
      await fc.assert(fc.asyncProperty(script, play), { numRuns: 6, endOnFailure: true })
    }, 180_000)

    async function play(episodes: typeof script extends fc.Arbitrary<infer Script> ? Script : never): Promise<void> {
      const outside = { ...seconds, prefix: `p${faces++}.` }
      const [owner, other] = [await openReady(servers, outside), await openReady(servers, outside)]
      const put = new Map<string, number>()
      let at = 1_700_000_000_000
      const take = async ({ clean }: { clean: number[] }) => {
        at += periodMs
        for (const node of [1, 2, 3, 4, 5])
          put.set(`1.${node}`, clean.includes(node) ? 0 : (put.get(`1.${node}`) ?? 0) + 1)
        owner.put([...put].map(([series, hits]) => ({ series, latest: latest({ at, hits }) })))
        // A turn of the loop: each sample is sent apart from the next.
        await new Promise((resume) => setImmediate(resume))
      }
      const check = async () => {
        const own = await owner.findMany([...put.keys()])
        await owner.forget([])
        const others = await other.findMany([...put.keys()])
        for (const [series, hits] of put) {
          expect(own.get(series)?.hits ?? 0).toBeLessThanOrEqual(hits)
          const taken = hitsToGoOnWith(others.get(series), { sampleAt: at + periodMs, periodMs })
          expect(taken).toBeLessThanOrEqual(hits)
        }
      }
      for (const [before, { kind, servers: places, during, noticed }] of episodes) {
        for (const one of before) await take(one)
        await check()
        const lost = servers.filter((_, place) => places.includes(place))
        for (const server of lost) await (kind === 'killed' ? server.kill() : server.freeze())
        for (const one of during) await take(one)
        if (noticed.length > 0) {
          await check()
          await vi.waitUntil(() => owner.trouble() !== null, { timeout: 10_000 })
          for (const one of noticed) await take(one)
        }
        for (const server of lost) await (kind === 'killed' ? server.restart() : server.thaw())
        await vi.waitUntil(() => (owner.trouble() ?? other.trouble()) === null, { timeout: 10_000, interval: 1 })
        await check()
      }
      await Promise.all([owner.close(), other.close()])
    }
  })
})
