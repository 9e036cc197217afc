import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSettings } from './config.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-config-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const read = (environment: Record<string, string>, flags = {}) =>
  readSettings({ flags: { dataFolder: folder, ...flags }, environment })

test('without anything set the defaults hold', () => {
  expect(read({})).toMatchObject({
    port: 8480,
    host: '127.0.0.1',
    serverCommands: false,
    smtpUrl: null,
    logLevel: 'info',
  })
})

test('a flag counts before the environment, that before the file, that before the default', () => {
  writeFileSync(path.join(folder, 'settings.yaml'), 'port: 1\nhost: 127.0.0.3\nserverCommands: on\n')
  expect(read({ TSCALER_PORT: '2', TSCALER_HOST: '' }, { port: '3' })).toMatchObject({
    port: 3,
    host: '127.0.0.3',
    serverCommands: true,
  })
  expect(read({ TSCALER_PORT: '2' }).port).toBe(2)
  expect(read({}).port).toBe(1)
})

test('everything that is wrong is told at once, with where it stands and what was expected', () => {
  writeFileSync(path.join(folder, 'settings.yaml'), 'logLevel: loud\nprot: 1\n')
  const tell = () => read({ TSCALER_SERVER_COMMANDS: 'yes', TSCALER_RECENT: 'redis://x' }, { port: '70000' })
  expect(tell).toThrow(/--port: got "70000", expected a port from 0 to 65535/)
  expect(tell).toThrow(/TSCALER_SERVER_COMMANDS: got "yes", expected "off" or "on"/)
  expect(tell).toThrow(/TSCALER_RECENT: got "redis:\/\/x", expected "embedded", or memcached:/)
  expect(tell).toThrow(/settings\.yaml logLevel: got "loud"/)
  expect(tell).toThrow(/settings\.yaml prot: is no setting; there are port, host/)
})

test('a secret that is wrong is not shown', () => {
  expect(() => read({ TSCALER_ADMIN_PASSWORD: 'tooshort' })).toThrow(
    /TSCALER_ADMIN_PASSWORD: got a value that is not shown here, expected a password of 12 characters or more/,
  )
  expect(() => read({ TSCALER_SMTP_URL: 'http://me:hidden@host' })).not.toThrow(/hidden/)
  expect(() => read({ TSCALER_QUEUE: 'http://me:hidden@host' })).toThrow(/TSCALER_QUEUE: got a value that is not shown/)
})

test('a file that is no YAML is told with its path', () => {
  writeFileSync(path.join(folder, 'settings.yaml'), 'port: [')
  expect(() => read({})).toThrow(path.join(folder, 'settings.yaml'))
})

test.each([
  {
    variable: 'TSCALER_QUEUE',
    good: ['embedded', 'amqp://u:p@h/v', 'amqps://h'],
    bad: ['amqp://', 'http://h', 'rabbit'],
  },
  { variable: 'TSCALER_RECENT', good: ['embedded', 'memcached://h:1,h:2'], bad: ['memcached://', 'memcached://h,h'] },
  { variable: 'TSCALER_CACHE_KEYS', good: ['second', 'minute'], bad: ['hour'] },
  { variable: 'TSCALER_CACHE_ZONE', good: ['UTC', 'Europe/Madrid'], bad: ['Mars/Olympus'] },
  { variable: 'TSCALER_CACHE_PREFIX', good: ['', ':1:'], bad: ['a b', 'ä', 'x'.repeat(101)] },
])('$variable takes $good and not $bad', ({ variable, good, bad }) => {
  for (const text of good) expect(() => read({ [variable]: text })).not.toThrow()
  for (const text of bad) expect(() => read({ [variable]: text })).toThrow(variable)
})
