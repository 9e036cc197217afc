import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { makeCertificate, type TestCertificate } from '@tscaler/rehearsal/certificate.ts'
import type { DatabaseServer } from '@tscaler/rehearsal/database-server.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../store.ts'

/** A server that speaks TLS, and nothing else. */
export interface TlsKind {
  server: { running(): DatabaseServer; fresh(): Promise<{ url: string }> }
  open(url: string): Promise<Store>
  /** Of `localhost`, its own authority. */
  certificate: TestCertificate
}

/** How TLS is spoken with every server. */
export function tlsConforms({ server, open, certificate }: TlsKind) {
  let folder: string
  let url: string

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'tscaler-tls-'))
    writeFileSync(path.join(folder, 'ca.pem'), certificate.cert)
    writeFileSync(path.join(folder, 'other.pem'), makeCertificate(['localhost']).cert)
    url = server.running().urlOf(await server.running().newDatabase())
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const at = (host: string, query: string) => url.replace('@127.0.0.1:', `@${host}:`) + query.replace('FOLDER', folder)

  test.each([
    { name: 'whatever certificate', host: '127.0.0.1', query: '?sslmode=require' },
    {
      name: 'a known authority, whatever name',
      host: '127.0.0.1',
      query: '?sslmode=verify-ca&sslrootcert=FOLDER/ca.pem',
    },
    {
      name: 'a known authority and the name',
      host: 'localhost',
      query: '?sslmode=verify-full&sslrootcert=FOLDER/ca.pem',
    },
  ])('is spoken: $name', async ({ host, query }) => {
    const store = await open(at(host, query))
    expect(await store.installation.count()).toBe(1)
    await store.close()
  })

  test.each([
    { name: 'an authority nobody knows', host: 'localhost', query: '?sslmode=verify-ca' },
    { name: 'another authority', host: 'localhost', query: '?sslmode=verify-full&sslrootcert=FOLDER/other.pem' },
  ])('is refused: $name', async ({ host, query }) => {
    await expect(open(at(host, query))).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /could not be talked to by TLS \(.+\)\. Correct sslmode and sslrootcert in TSCALER_STORE\.$/,
      ),
    })
  })

  test('is refused: another name than the certificate has', async () => {
    await expect(open(at('127.0.0.1', '?sslmode=verify-full&sslrootcert=FOLDER/ca.pem'))).rejects.toMatchObject({
      message: expect.stringMatching(/could not be talked to by TLS \(.*127\.0\.0\.1.*\)|give the server's name/),
    })
  })

  test('is asked for where the server wants it', async () => {
    await expect(open(url)).rejects.toMatchObject({
      code: 'store-unusable',
      message: expect.stringMatching(
        /refused the login \(.+\)\..* where it lets people in by TLS only, add sslmode to it\.$/,
      ),
    })
  })
}
