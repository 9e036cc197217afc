import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readServerUrl } from './server-place.ts'

const read = (url: string) => readServerUrl(url, 5432)

test('a whole URL', () => {
  expect(read('postgresql://me:s%3Aec%2Fret@db.example.org:6000/my%20db?pool=20')).toEqual({
    host: 'db.example.org',
    port: 6000,
    socket: null,
    user: 'me',
    password: 's:ec/ret',
    database: 'my db',
    tls: null,
    connectionsMax: 20,
    name: 'postgresql://me@db.example.org:6000/my db',
  })
})

test.each([
  { name: 'the usual port', url: 'postgresql://me:x@db/a', expected: { port: 5432, connectionsMax: 10 } },
  { name: 'no password', url: 'postgresql://me@db/a', expected: { password: '' } },
  {
    name: 'an address',
    url: 'mysql://me:x@10.0.0.1/a',
    expected: { host: '10.0.0.1', name: 'mysql://me@10.0.0.1:5432/a' },
  },
  { name: 'IPv6', url: 'postgresql://me:x@[::1]:5/a', expected: { host: '::1', name: 'postgresql://me@[::1]:5/a' } },
  {
    name: 'a socket of this machine',
    url: 'postgresql://me@localhost/a?socket=/run/postgresql',
    expected: { socket: '/run/postgresql', name: 'postgresql://me@/run/postgresql/a' },
  },
  { name: 'TLS of any certificate', url: 'mysql://me:x@db/a?sslmode=require', expected: { tls: { mode: 'require' } } },
  { name: 'no TLS, said', url: 'mysql://me:x@db/a?sslmode=disable', expected: { tls: null } },
])('$name', ({ url, expected }) => {
  expect(read(url)).toMatchObject(expected)
})

test('certificates are read', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tscaler-place-'))
  const file = path.join(folder, 'ca.pem')
  writeFileSync(file, 'PEM')
  const { tls } = read(`postgresql://me:x@db/a?sslmode=verify-full&sslrootcert=${encodeURIComponent(file)}`)
  rmSync(folder, { recursive: true })
  expect(tls).toEqual({ mode: 'verify-full', ca: 'PEM' })
})

test.each([
  {
    name: 'no URL',
    url: 'postgresql://me:pass#word@db:x/a',
    told: /is no URL, expected such as .* write @ : \/ \? # % of a password as %40/,
  },
  { name: 'no database', url: 'postgresql://me:x@db', told: /names no database, expected …@host\/database/ },
  { name: 'no user', url: 'postgresql://db/a', told: /names no user/ },
  {
    name: 'a lone %',
    url: 'postgresql://me:100%@db/a',
    told: /the password has a % that no two hexadecimal digits follow/,
  },
  {
    name: 'a parameter there is not',
    url: 'postgresql://me:x@db/a?ssl=1',
    told: /has no parameter "ssl", there are sslmode, /,
  },
  {
    name: 'a mode there is not',
    url: 'postgresql://me:x@db/a?sslmode=prefer',
    told: /has sslmode=prefer, expected disable, require/,
  },
  {
    name: 'certificates without TLS',
    url: 'postgresql://me:x@db/a?sslrootcert=/x',
    told: /names certificates, but no sslmode/,
  },
  {
    name: 'half a client certificate',
    url: 'mysql://me:x@db/a?sslmode=require&sslcert=/dev/null',
    told: /expected both or none/,
  },
  {
    name: 'a certificate that is not there',
    url: 'mysql://me:x@db/a?sslmode=require&sslrootcert=/no/ca',
    told: /names \/no\/ca, which can't be read \(ENOENT/,
  },
  { name: 'a pool of 4', url: 'mysql://me:x@db/a?pool=4', told: /has pool=4, expected 5 to 200 connections/ },
  { name: 'a pool of 201', url: 'mysql://me:x@db/a?pool=201', told: /has pool=201/ },
])('$name is refused without telling the password', ({ url, told }) => {
  expect(() => read(url)).toThrow(expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(told) }))
  expect(() => read(url)).not.toThrow(/pass#word|100%|:x@/)
})

test('all that is wrong is told at once', () => {
  expect(() => read('postgresql://db?pool=1')).toThrow(
    /names no database.*; names no user.*|has pool=1.*names no database/,
  )
})
