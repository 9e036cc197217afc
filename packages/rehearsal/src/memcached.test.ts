import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Memcached, startMemcached } from './memcached.ts'
import { requirePart } from './parts.ts'

const { skip } = requirePart('memcached')

describe.skipIf(skip)('a memcached', () => {
  let cache: Memcached

  beforeAll(async () => {
    cache = await startMemcached()
  })
  afterAll(async () => {
    await cache.stop()
    expect(existsSync(cache.folder)).toBe(false)
  })

  /** What it answers to these lines. */
  async function say(text: string): Promise<string> {
    const socket = connect(cache.port, cache.host)
    socket.end(text)
    const pieces: Buffer[] = []
    for await (const piece of socket) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }

  test('keeps what it is given, at an address of its own', async () => {
    expect(cache.host).toMatch(/^127\.0\.\d+\.\d+$/)
    expect(cache.port).toBeLessThan(32_768)
    expect(await say('set a 0 0 1\r\n1\r\nget a\r\n')).toBe('STORED\r\nVALUE a 0 1\r\n1\r\nEND\r\n')
  })

  test('killed it is gone, started again it is back at its address and empty', async () => {
    const { host, port } = cache
    await cache.kill()
    await expect(say('version\r\n')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await cache.restart()
    expect(cache).toMatchObject({ host, port })
    expect(await say('get a\r\n')).toBe('END\r\n')
  })

  test('frozen it answers when it is thawed', async () => {
    cache.freeze()
    const answer = say('get a\r\n')
    cache.thaw()
    expect(await answer).toBe('END\r\n')
  })
})
