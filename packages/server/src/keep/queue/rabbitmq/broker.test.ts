import { describe, expect, test } from 'vitest'
import { parseBroker } from './broker.ts'
import { brokerTrouble } from './broker-trouble.ts'

describe('the URL of a broker', () => {
  test.each([
    {
      text: 'amqp://broker',
      broker: { place: 'RabbitMQ at broker:5672', user: 'guest', vhost: '/' },
      options: { hostname: 'broker', port: 5_672, username: 'guest', password: 'guest', vhost: '/' },
    },
    {
      text: 'amqp://ops:p%40ss%2Fword@10.0.0.1:1234/shop',
      broker: { place: 'RabbitMQ at 10.0.0.1:1234', user: 'ops', vhost: 'shop' },
      options: { hostname: '10.0.0.1', port: 1_234, username: 'ops', password: 'p@ss/word', vhost: 'shop' },
    },
    {
      text: 'amqps://broker/%2Fown',
      broker: { place: 'RabbitMQ at broker:5671', user: 'guest', vhost: '/own' },
      options: { port: 5_671, vhost: '/own', tls: { servername: 'broker' } },
    },
    {
      text: 'amqps://[::1]/',
      broker: { place: 'RabbitMQ at [::1]:5671', user: 'guest', vhost: '/' },
      options: { hostname: '::1', tls: {} },
    },
  ])('$text', ({ text, broker, options }) => {
    const parsed = parseBroker(text)
    expect(parsed).toMatchObject(broker)
    expect(parsed.options).toMatchObject(options)
  })

  test.each([
    {
      text: 'http://me:hidden@host',
      message: 'TSCALER_QUEUE: expected amqp://user:password@host:5672/vhost, or amqps://….',
    },
    {
      text: 'amqp://me:hid%den@host',
      message: 'TSCALER_QUEUE: a % in it begins no character: write % itself as %25.',
    },
    {
      text: 'amqps://me:hidden@host?cacertfile=/nowhere/ca.pem',
      message: "TSCALER_QUEUE: cacertfile can't be read: ENOENT: no such file or directory, open '/nowhere/ca.pem'.",
    },
  ])('$text is refused without telling its password', ({ text, message }) => {
    expect(() => parseBroker(text)).toThrow(expect.objectContaining({ code: 'bad-input', message }))
  })
})

describe('trouble with a broker, in the words of who runs it', () => {
  const broker = parseBroker('amqp://ops:hidden@broker/shop')
  test.each([
    {
      code: 'ECONNREFUSED',
      mayPass: true,
      text: 'refuses connections. Start it, or correct host and port in TSCALER_QUEUE.',
    },
    { code: 'ENOTFOUND', mayPass: true, text: 'has a name that nobody knows. Correct the host in TSCALER_QUEUE.' },
    {
      code: 'CONNECTION_TIMEOUT',
      mayPass: true,
      text: 'does not answer. See whether it hangs, and whether the network lets tscaler through.',
    },
    {
      code: 'CONN_CLOSE',
      mayPass: true,
      text: 'closed the connection. Is that its port for AMQP? With TLS the URL begins with amqps://.',
    },
    {
      code: 'PRECONDITION_FAILED',
      mayPass: false,
      text: "has a queue or exchange of the same name with other settings (what it says). Delete it there, or use a virtual host of tscaler's own.",
    },
    { code: 'SOMETHING', mayPass: true, text: "can't be used: what it says" },
  ])('$code', ({ code, mayPass, text }) => {
    const thrown = Object.assign(new Error('what it says'), { code })
    expect(brokerTrouble(thrown, broker)).toEqual({ text: `RabbitMQ at broker:5672 ${text}`, mayPass })
  })
})
