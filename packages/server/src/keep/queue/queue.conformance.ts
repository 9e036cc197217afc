import { afterEach, describe, expect, test, vi } from 'vitest'
import { TscalerError } from '../../model/problem.ts'
import type { Queue } from './queue.ts'
import type { SlotMessage } from './slots.ts'
import { triesMax } from './tries.ts'

/** A queue with nothing in it. */
export interface QueueBench {
  queue: Queue
  /** The same queue as another process has it; where there is only one process, the same. */
  peer: Queue
  /** Who listens and answers by now is known to everybody. */
  known(): Promise<void>
  /** Lets the driver's time go on: a fake clock is moved, a broker waited for. */
  pass(ms: number): Promise<void>
}

/** What every driver of the queue does. */
export function queueConform(open: () => Promise<QueueBench>): void {
  const opened: QueueBench[] = []
  const begin = async () => {
    const bench = await open()
    opened.push(bench)
    return bench
  }
  afterEach(async () => {
    for (const { queue, peer } of opened.splice(0)) for (const one of new Set([queue, peer])) await one.close()
  })

  describe('queue: work', () => {
    test('waits for its consumer and comes in order, as plain JSON of its own', async () => {
      const { queue, peer } = await begin()
      const message = { n: 1, deep: { list: [1] } }
      await queue.publish('work', message)
      await queue.publish('work', { n: 2 })
      message.deep.list.push(2)
      const got: unknown[] = []
      await peer.consume('work', async (one) => void got.push(one))
      await until(() => got.length === 2)
      expect(got).toEqual([{ n: 1, deep: { list: [1] } }, { n: 2 }])
    })

    test('goes to one consumer only, though there are two', async () => {
      const { queue, peer } = await begin()
      const got: unknown[] = []
      await queue.consume('work', async (one) => void got.push(one))
      await peer.consume('work', async (one) => void got.push(one))
      for (let n = 0; n < 20; n++) await queue.publish('work', n)
      await until(() => got.length >= 20)
      expect(got.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 20 }, (_, n) => n))
    })

    test('one at a time unless more are allowed', async () => {
      const { queue, peer } = await begin()
      const begun: string[] = []
      const gate = Promise.withResolvers<void>()
      const wait = (name: string) => async () => {
        begun.push(name)
        await gate.promise
      }
      await peer.consume('single', wait('single'))
      await peer.consume('double', wait('double'), { atOnceMax: 2 })
      for (let n = 0; n < 3; n++) await Promise.all([queue.publish('single', n), queue.publish('double', n)])
      await until(() => begun.length === 3)
      expect(begun.sort()).toEqual(['double', 'double', 'single'])
      gate.resolve()
      await until(() => begun.length === 6)
    })

    test('is given again, later, when its consumer throws; nothing behind it waits', async () => {
      const { queue, peer, pass } = await begin()
      const got: unknown[] = []
      await peer.consume('work', async (one) => {
        got.push(one)
        if (got.length === 1) throw new Error('not today')
      })
      await queue.publish('work', 'bad')
      await queue.publish('work', 'good')
      await until(() => got.length === 2)
      expect(got).toEqual(['bad', 'good'])
      await pass(1_000)
      await until(() => got.length === 3)
      expect(got).toEqual(['bad', 'good', 'bad'])
    })

    test('a consumer that throws however often loses nothing', async () => {
      const { queue, peer, pass } = await begin()
      const [left, tries] = [new Set(Array.from({ length: 10 }, (_, n) => n)), new Map<unknown, number>()]
      await peer.consume(
        'work',
        (one) => {
          tries.set(one, (tries.get(one) ?? 0) + 1)
          if (tries.get(one)! <= Number(one) % 4) throw new Error('synchronously')
          left.delete(Number(one))
          return Promise.resolve()
        },
        { atOnceMax: 3 },
      )
      for (const n of left) await queue.publish('work', n)
      for (let turn = 0; turn < 5; turn++) await pass(8_000)
      await until(() => left.size === 0)
    })

    test('stopping waits for what is under way and leaves the rest to the next consumer', async () => {
      const { queue, peer } = await begin()
      const gate = Promise.withResolvers<void>()
      const got: string[] = []
      const stop = await peer.consume('work', async (one) => {
        got.push(`first ${one}`)
        await gate.promise
      })
      await queue.publish('work', 1)
      await queue.publish('work', 2)
      await until(() => got.length === 1)
      const stopped = stop().then(() => got.push('stopped'))
      gate.resolve()
      await stopped
      await queue.consume('work', async (one) => void got.push(`second ${one}`))
      await until(() => got.length === 3)
      expect(got).toEqual(['first 1', 'stopped', 'second 2'])
    })

    test('what nobody has in hand is counted, and what always fails is set aside', async () => {
      const { queue, peer, pass } = await begin()
      expect(await queue.backlog('work')).toEqual({ waiting: 0, setAside: 0 })
      await queue.publish('work', 'bad')
      await queue.publish('work', 'worse')
      expect(await peer.backlog('work')).toEqual({ waiting: 2, setAside: 0 })
      let tries = 0
      await peer.consume('work', () => Promise.reject(new Error(`never ${tries++}`)), { atOnceMax: 2 })
      for (let turn = 0; turn < 20; turn++) await pass(60_000)
      await until(() => tries === 2 * triesMax)
      await expect.poll(() => queue.backlog('work'), { timeout: 10_000 }).toEqual({ waiting: 0, setAside: 2 })
    })
  })

  describe('queue: questions', () => {
    test('are answered', async () => {
      const { queue, peer } = await begin()
      await peer.answer('double', async (request) => ({ twice: 2 * Number(request) }))
      expect(await queue.ask('double', 21, { timeoutMs: 1_000 })).toEqual({ twice: 42 })
    })

    test('a rejected reply rejects the question, with its code', async () => {
      const { queue, peer } = await begin()
      await peer.answer('check', () => Promise.reject(new TscalerError('node-auth', 'wrong key')))
      const asked = queue.ask('check', {}, { timeoutMs: 1_000 })
      await expect(asked).rejects.toMatchObject({ code: 'node-auth', message: 'wrong key' })
    })

    test('without an answer in time they reject and say so', async () => {
      const { queue, peer, pass } = await begin()
      await peer.answer('slow', () => new Promise(() => {}))
      const asked = Promise.allSettled([
        queue.ask('slow', {}, { timeoutMs: 500 }),
        queue.ask('nobody', {}, { timeoutMs: 500 }),
      ])
      await pass(600)
      const reasons = (await asked).map((one) => (one.status === 'rejected' ? one.reason : undefined))
      expect(reasons.map(({ code }) => code)).toEqual(['cannot-reach-server', 'cannot-reach-server'])
      expect(reasons[1].message).toBe('Nobody answered "nobody" within 500 ms. Is a worker running? Try again.')
    })

    test('one who stopped answering is not asked', async () => {
      const { queue, peer } = await begin()
      const stop = await peer.answer('who', async () => 'first')
      await stop()
      await queue.answer('who', async () => 'second')
      expect(await queue.ask('who', {}, { timeoutMs: 1_000 })).toBe('second')
    })

    test('one that nobody hears yet waits for somebody', async () => {
      const { queue, peer } = await begin()
      const asked = queue.ask('late', 1, { timeoutMs: 10_000 })
      await peer.answer('late', async (request) => [request])
      expect(await asked).toEqual([1])
    })
  })

  describe('queue: telling', () => {
    test('reaches everybody who listens now, and nobody later', async () => {
      const { queue, peer, known } = await begin()
      const got: unknown[] = []
      queue.tell('news', 'before')
      const stop = queue.listen('news', (message) => got.push(['one', message]))
      peer.listen('news', (message) => got.push(['two', message]))
      await known()
      queue.tell('news', { n: 1 })
      await until(() => got.length === 2)
      stop()
      queue.tell('news', { n: 2 })
      await until(() => got.length === 3)
      expect(got.map((one) => JSON.stringify(one)).sort()).toEqual([
        '["one",{"n":1}]',
        '["two",{"n":1}]',
        '["two",{"n":2}]',
      ])
    })

    test('one listener that throws does not keep it from the others', async () => {
      const { queue, peer, known } = await begin()
      const got: unknown[] = []
      peer.listen('news', () => {
        throw new Error('deaf')
      })
      peer.listen('news', (message) => got.push(message))
      await known()
      queue.tell('news', 1)
      await until(() => got.length === 1)
    })

    test('a listener of this process has heard when telling returns', async () => {
      const { queue } = await begin()
      const got: unknown[] = []
      queue.listen('news', (message) => got.push(message))
      queue.tell('news', 1)
      expect(got).toEqual([1])
    })

    test('a listener hears its own topic only', async () => {
      const { queue, peer, known } = await begin()
      const got: unknown[] = []
      peer.listen('news', (message) => got.push(message))
      peer.listen('weather', (message) => got.push(message))
      await known()
      queue.tell('gossip', 1)
      queue.tell('weather', 2)
      queue.tell('news', 3)
      await until(() => got.length === 2)
      expect(got).toEqual([2, 3])
    })
  })

  describe('queue: slots', () => {
    test('a message goes to whoever has taken its slot, with the epoch it was published under', async () => {
      const { queue, peer } = await begin()
      const [here, there]: SlotMessage[][] = [[], []]
      const [one, two] = [
        await queue.slots.consumeSlots((given) => void here?.push(given)),
        await peer.slots.consumeSlots((given) => void there?.push(given)),
      ]
      await one.take([0, 1])
      await two.take([1_023])
      for (const slot of [0, 500, 1_023]) queue.slots.publishSlot(slot, { n: slot }, { epoch: 7, expireMs: 10_000 })
      await until(() => here?.length === 1 && there?.length === 1)
      expect(here).toEqual([{ slot: 0, epoch: 7, message: { n: 0 } }])
      expect(there).toEqual([{ slot: 1_023, epoch: 7, message: { n: 1_023 } }])
    })

    test('a slot that changes hands goes to the new one only, and to nobody in between', async () => {
      const { queue, peer } = await begin()
      const got: unknown[] = []
      const hear = (who: string) => (given: SlotMessage) => void got.push(`${who} ${given.slot} ${given.message}`)
      const old = await queue.slots.consumeSlots(hear('old'))
      const fresh = await peer.slots.consumeSlots(hear('new'))
      await old.take([1, 2])
      await old.take([2])
      queue.slots.publishSlot(1, 'between', { epoch: 1, expireMs: 10_000 })
      // What was published before must have been dropped before the slot is taken anew.
      queue.slots.publishSlot(2, 'after it', { epoch: 1, expireMs: 10_000 })
      await until(() => got.length === 1)
      await fresh.take([1])
      queue.slots.publishSlot(1, 'moved', { epoch: 2, expireMs: 10_000 })
      await until(() => got.length === 2)
      expect(got).toEqual(['old 2 after it', 'new 1 moved'])
    })

    test('one that stopped hears nothing more; one that throws hears the next', async () => {
      const { queue, peer } = await begin()
      const got: unknown[] = []
      const stopped = await peer.slots.consumeSlots(() => void got.push('stopped'))
      await stopped.take([3])
      await stopped.stop()
      const taker = await peer.slots.consumeSlots(({ message }) => {
        got.push(message)
        throw new Error('not today')
      })
      await taker.take([3])
      for (const n of [1, 2]) queue.slots.publishSlot(3, n, { epoch: 1, expireMs: 10_000 })
      await until(() => got.length === 2)
      expect(got).toEqual([1, 2])
    })
  })

  test('queue: when closed, open questions and new work are refused', async () => {
    const { queue } = await begin()
    const asked = expect(queue.ask('nobody', {}, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'cannot-reach-server',
    })
    await queue.close()
    await asked
    await expect(queue.publish('work', 1)).rejects.toMatchObject({ code: 'cannot-reach-server' })
  })
}

async function until(condition: () => boolean): Promise<void> {
  await vi.waitUntil(condition, { timeout: 10_000, interval: 1 })
}
