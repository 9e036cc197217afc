import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { requirePart } from './parts.ts'
import { processesOf } from './processes.ts'
import { type RabbitMq, startRabbitMq } from './rabbitmq.ts'

const { skip } = requirePart('rabbitmq')
/** It boots for 5 s, on a busy machine for ten times as long. */
const bootMsMax = 90_000

describe.skipIf(skip)('a RabbitMQ', () => {
  let broker: RabbitMq

  beforeAll(async () => {
    broker = await startRabbitMq()
  }, bootMsMax)
  afterAll(async () => {
    await broker.stop()
    expect(existsSync(broker.folder)).toBe(false)
    const tag = `REHEARSAL_NODE=${broker.folder.split('/').at(-1)}`
    expect(processesOf({ root: undefined, tag })).toEqual([])
  }, bootMsMax)

  test('speaks AMQP at an address of its own, and in TLS with its certificate', async () => {
    expect(broker.host).toMatch(/^127\.0\.\d+\.\d+$/)
    expect(Math.max(broker.port, broker.tlsPort)).toBeLessThan(32_768)
    expect(broker.url).toBe(`amqp://guest:guest@${broker.host}:${broker.port}`)
    // Whoever speaks something else is told which protocol it is (AMQP 0-9-1, 4.2.2).
    const plain = connect(broker.port, broker.host)
    plain.end('GET / HTTP/1.1\r\n\r\n')
    plain.on('error', () => {}) // and is then cut off
    const [header] = await once(plain, 'data')
    expect(String(header)).toBe('AMQP\0\0\t\u0001')
    const secure = tlsConnect({ host: broker.host, port: broker.tlsPort, ca: broker.certificate.cert })
    await once(secure, 'secureConnect')
    secure.destroy()
  })

  test('is turned by rabbitmqctl, and has no plugins', async () => {
    await broker.control('add_vhost', 'shop')
    expect(await broker.control('list_vhosts', '--silent')).toContain('shop')
    expect(broker.output()).toContain('completed with 0 plugins')
  })

  test('out of memory it says so, until there is room again', async () => {
    await broker.block()
    expect(await broker.control('status')).toMatch(/^Memory alarm on node/m)
    await broker.unblock()
    expect(await broker.control('status')).not.toMatch(/^Memory alarm on node/m)
  })

  test(
    'killed and started again it has what it had, at its address',
    async () => {
      const { host, port } = broker
      await broker.restart()
      expect(broker).toMatchObject({ host, port })
      expect(await broker.control('list_vhosts', '--silent')).toContain('shop')
    },
    bootMsMax,
  )
})
