import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { type RabbitMq, startRabbitMq } from '@tscaler/rehearsal/rabbitmq.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../../model/clock.ts'
import { queueConform } from '../queue.conformance.ts'
import type { Queue } from '../queue.ts'
import { slotCount } from '../slots.ts'
import { triesMax } from '../tries.ts'
import { openRabbitMq } from './rabbitmq.ts'

const { skip } = requirePart('rabbitmq')
/** A broker boots for 5 s, on a busy machine for ten times as long. */
const bootMsMax = 90_000

describe.skipIf(skip)('a queue in RabbitMQ', () => {
  let broker: RabbitMq
  let opened = 0
  const open: Queue[] = []

  beforeAll(async () => {
    broker = await startRabbitMq()
  }, bootMsMax)
  afterAll(() => broker?.stop())
  afterEach(async () => {
    for (const queue of open.splice(0)) await queue.close()
  }, bootMsMax)

  /** One process's face of a queue. A message comes again soon enough for a test, late enough to see that others came before. */
  async function face(
    namespace: string,
    url = broker.url,
    warn: (...told: unknown[]) => void = () => {},
  ): Promise<Queue> {
    const delayAfter = (tries: number) => (tries < triesMax ? 300 : undefined)
    const queue = await openRabbitMq({ url, clock: systemClock, warn, namespace, delayAfter })
    open.push(queue)
    return queue
  }

  /** Two processes on queues of their own. */
  async function pair(): Promise<{ queue: Queue; peer: Queue; known: () => Promise<void> }> {
    const namespace = `test-${opened++}`
    const [queue, peer] = [await face(namespace), await face(namespace)]
    return { queue, peer, known: () => knownBetween(queue, peer) }
  }

  queueConform(async () => ({ ...(await pair()), pass: async () => {} }))

  describe('between processes', () => {
    test('a message of several MiB arrives whole, one that no broker takes is refused', async () => {
      const { queue, peer } = await pair()
      const got = Promise.withResolvers<unknown>()
      await peer.consume('work', async (message) => got.resolve(message))
      const large = { text: 'ä'.repeat(2_500_000) }
      await queue.publish('work', large)
      expect(await got.promise).toEqual(large)
      await expect(queue.publish('work', 'x'.repeat(17 * 1_048_576))).rejects.toMatchObject({
        code: 'too-large',
        message: 'A message of 17825794 bytes is more than the queue takes (16777216). Ask for less at once.',
      })
    })

    test('a question reaches the process that answers its topic, many at once', async () => {
      const { queue, peer } = await pair()
      await queue.answer('node.here', async (request) => `here ${request}`)
      await peer.answer('node.there', async (request) => `there ${request}`)
      const ask = (topic: string, n: number) => queue.ask(topic, n, { timeoutMs: 10_000 })
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, n) => ask(n % 2 === 0 ? 'node.here' : 'node.there', n)),
      )
      expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => `${n % 2 === 0 ? 'here' : 'there'} ${n}`))
    })

    test('an answer that is too large is refused to who asked', async () => {
      const { queue, peer } = await pair()
      await peer.answer('all', async () => 'x'.repeat(17 * 1_048_576))
      await expect(queue.ask('all', 1, { timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'too-large' })
    })

    test('all slots change hands, and none is lost or doubled', async () => {
      const { queue, peer } = await pair()
      const [here, there] = [new Set<number>(), new Set<number>()]
      const one = await queue.slots.consumeSlots(({ slot }) => void here.add(slot))
      const two = await peer.slots.consumeSlots(({ slot }) => void there.add(slot))
      const all = Array.from({ length: slotCount }, (_, slot) => slot)
      const even = all.filter((slot) => slot % 2 === 0)
      await one.take(all)
      await one.take(even)
      await two.take(all.filter((slot) => slot % 2 === 1))
      for (const slot of all) queue.slots.publishSlot(slot, {}, { epoch: 1, expireMs: 10_000 })
      await vi.waitUntil(() => here.size + there.size === slotCount, { timeout: 10_000 })
      expect([...here].sort((a, b) => a - b)).toEqual(even)
    })
  })

  describe('in an outage', () => {
    test(
      'killed and started again: what was acknowledged is there, publishing and taking go on, listeners and slots hear again',
      async () => {
        const { queue, peer, known } = await pair()
        const [got, heard, rounds] = [new Set<unknown>(), [] as unknown[], [] as unknown[]]
        queue.listen('news', (message) => heard.push(['here', message]))
        peer.listen('news', (message) => heard.push(['there', message]))
        const taker = await peer.slots.consumeSlots(({ message }) => void rounds.push(message))
        await taker.take([5])
        await known()
        const kept = Array.from({ length: 50 }, (_, n) => n)
        await Promise.all(kept.map((n) => queue.publish('work', n)))
        await broker.kill()
        await vi.waitUntil(() => queue.trouble() !== null, { timeout: 10_000 })
        queue.tell('news', 'meanwhile')
        expect(heard).toEqual([['here', 'meanwhile']])
        await expect(queue.ask('nobody', 1, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'cannot-reach-server' })
        const later = queue.publish('work', 'later').catch(() => queue.publish('work', 'later'))
        await broker.restart()
        await peer.consume('work', async (message) => void got.add(message), { atOnceMax: 10 })
        await later
        await vi.waitFor(() => expect(got).toEqual(new Set([...kept, 'later'])), { timeout: 20_000 })
        await known()
        queue.tell('news', 'after')
        queue.slots.publishSlot(5, 'round', { epoch: 2, expireMs: 10_000 })
        await vi.waitUntil(() => heard.length === 3 && rounds.length === 1, { timeout: 10_000 })
        expect(heard).toEqual([
          ['here', 'meanwhile'],
          ['here', 'after'],
          ['there', 'after'],
        ])
        expect([queue.trouble(), peer.trouble()]).toEqual([null, null])
      },
      bootMsMax,
    )

    test(
      'work that was under way when the broker died is given again',
      async () => {
        const { queue, peer } = await pair()
        const gate = Promise.withResolvers<void>()
        let begun = 0
        await peer.consume('work', async () => {
          if (++begun === 1) await gate.promise
        })
        await queue.publish('work', 1)
        await vi.waitUntil(() => begun === 1, { timeout: 10_000 })
        await broker.restart()
        gate.resolve()
        await vi.waitUntil(() => begun === 2, { timeout: 20_000 })
      },
      bootMsMax,
    )

    test(
      'out of memory: publishing waits for room, says so when it has waited long enough, and taking goes on',
      async () => {
        const { queue, peer } = await pair()
        const got: unknown[] = []
        await queue.publish('work', 'before')
        await broker.block()
        const at = `RabbitMQ at ${broker.host}:${broker.port}`
        await expect(queue.publish('work', 'refused')).rejects.toMatchObject({
          code: 'queue-unusable',
          retryable: true,
          message: `${at} did not take a message within 10 s. ${at} takes no more messages: it is low on resources (low on memory). Make room on its machine; tscaler goes on by itself.`,
        })
        expect(queue.trouble()).toContain('low on memory')
        await peer.consume('work', async (message) => void got.push(message))
        await vi.waitUntil(() => got.length === 1, { timeout: 10_000 })
        const waiting = queue.publish('work', 'after')
        await broker.unblock()
        await waiting
        await vi.waitUntil(() => got.includes('after'), { timeout: 10_000 })
      },
      bootMsMax,
    )

    test(
      'a broker that hangs is given up after some beats, and taken up again when it goes on',
      async () => {
        const { queue, peer } = await pair()
        const got: unknown[] = []
        await peer.consume('work', async (message) => void got.push(message))
        broker.freeze()
        await vi.waitUntil(() => queue.trouble() !== null, { timeout: 30_000 })
        broker.thaw()
        await vi.waitUntil(() => queue.trouble() === null, { timeout: 30_000 })
        await queue.publish('work', 1)
        await vi.waitUntil(() => got.length > 0, { timeout: 10_000 })
      },
      bootMsMax,
    )

    test(
      'closing does not wait for a broker that is gone',
      async () => {
        const { queue, peer } = await pair()
        await peer.consume('work', async () => {})
        await broker.kill()
        await Promise.all([queue.close(), peer.close()])
        await broker.restart()
      },
      bootMsMax,
    )
  })

  describe('a way in that is not right', () => {
    const at = () => `RabbitMQ at ${broker.host}:${broker.port}`

    test('a wrong password', async () => {
      await expect(face('x', `amqp://guest:pa55@${broker.host}:${broker.port}`)).rejects.toMatchObject({
        code: 'queue-unusable',
        retryable: false,
        message: `${at()} refused the login of user "guest". Correct name and password in TSCALER_QUEUE. The user guest may log in from the broker's own machine only.`,
      })
    })

    test('a virtual host that is not there', async () => {
      await expect(face('x', `${broker.url}/shop`)).rejects.toMatchObject({
        code: 'queue-unusable',
        message: `${at()} has no virtual host "shop", or user "guest" may not use it. Correct it in TSCALER_QUEUE (the part after the port), or run: rabbitmqctl add_vhost shop && rabbitmqctl set_permissions -p shop guest '.*' '.*' '.*'`,
      })
    })

    test('a user without rights', async () => {
      await broker.control('add_user', 'ops', 'pa55')
      await broker.control('set_permissions', '-p', '/', 'ops', '^$', '^$', '^$')
      await expect(face('x', `amqp://ops:pa55@${broker.host}:${broker.port}`)).rejects.toMatchObject({
        code: 'queue-unusable',
        message: `${at()} does not let user "ops" do what is needed. Run: rabbitmqctl set_permissions -p / ops '.*' '.*' '.*'`,
      })
    })

    test('TLS: a certificate of an unknown authority is refused, one of a named authority is taken', async () => {
      const url = `amqps://guest:guest@${broker.host}:${broker.tlsPort}`
      await expect(face('x', url)).rejects.toMatchObject({
        code: 'queue-unusable',
        message: `RabbitMQ at ${broker.host}:${broker.tlsPort} shows a certificate that is not to be trusted (self-signed certificate). Name its authority in TSCALER_QUEUE: ?cacertfile=FILE.`,
      })
      const file = join(broker.folder, 'authority.pem')
      writeFileSync(file, broker.certificate.cert)
      const queue = await face('tls', `${url}?cacertfile=${encodeURIComponent(file)}`)
      await queue.publish('work', 1)
      expect(await queue.backlog('work')).toEqual({ waiting: 1, setAside: 0 })
    })
  })
})

let questions = 0

/** Bindings are made in order: when the newest works both ways, all before do. */
async function knownBetween(queue: Queue, peer: Queue): Promise<void> {
  const topic = `known-${questions++}`
  for (const [from, to] of [
    [queue, peer],
    [peer, queue],
  ] as const) {
    let isHeard = false
    const stop = to.listen(topic, () => {
      isHeard = true
    })
    await vi.waitUntil(
      () => {
        if (!isHeard) from.tell(topic, null)
        return isHeard
      },
      { timeout: 20_000, interval: 20 },
    )
    stop()
  }
}
