import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Listening, listen } from './listen.ts'
import { openTestServer, type TestServer } from './server.fixture.ts'

let [folder, socketPath] = ['', '']
let server: TestServer
let listening: Listening
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tscaler-http-'))
  socketPath = path.join(folder, 'tscaler.sock')
  await mkdir(path.join(folder, 'web/assets'), { recursive: true })
  await writeFile(path.join(folder, 'web/index.html'), '<title>tscaler</title>')
  await writeFile(path.join(folder, 'web/assets/app-1a2b.js'), 'start()')
  await writeFile(path.join(folder, 'outside.txt'), 'not for anyone')
  await writeFile(socketPath, 'left over from a crash')
  server = await openTestServer(path.join(folder, 'web'))
  listening = await listen(server, { host: '127.0.0.1', port: 0, socketPath })
})
afterAll(async () => {
  await listening.close()
  await server.close()
  await rm(folder, { recursive: true })
})

function overSocket(method: string, url: string, body?: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const sent = request({ socketPath, method, path: url, headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

describe('the local socket', () => {
  test('opens for the owner of this process only', async () => {
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600)
  })

  test('who comes over it is admin, and audited as the OS user', async () => {
    const who = `os:${userInfo().username}`
    expect(JSON.parse((await overSocket('GET', '/api/v1/session')).body)).toEqual({
      who,
      role: 'admin',
      clusterRoles: [],
      user: null,
      mustEnrol: false,
    })
    expect((await overSocket('POST', '/api/v1/clusters', { name: 'by-socket' })).status).toBe(201)
    expect((await server.desk.store.audit.list()).at(-1)).toMatchObject({
      who,
      what: 'create',
      subjectName: 'by-socket',
    })
  })

  test('over the network nobody is admin for that', async () => {
    expect((await fetch(`${listening.url}/api/v1/session`)).status).toBe(401)
  })

  test('a token made over it belongs to an administrator', async () => {
    const { status, body } = await overSocket('POST', '/api/v1/tokens', { name: 'local', role: 'admin' })
    expect([status, JSON.parse(body).user.name]).toEqual([201, 'the-admin'])
  })
})

describe('the pages', () => {
  test.each(['/', '/clusters/shop?range=6h', '/runs/12'])(
    '%s is the one page, never from a cache unasked',
    async (url) => {
      const answer = await fetch(`${listening.url}${url}`)
      expect([answer.status, await answer.text()]).toEqual([200, '<title>tscaler</title>'])
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    },
  )

  test('assets may be kept for good', async () => {
    const answer = await fetch(`${listening.url}/assets/app-1a2b.js`)
    expect([await answer.text(), answer.headers.get('cache-control')]).toEqual([
      'start()',
      'public, max-age=31536000, immutable',
    ])
  })

  test.each(['/../outside.txt', '/%2e%2e/outside.txt', '/..%2foutside.txt', '/assets/..%2f..%2foutside.txt'])(
    '%s gets nothing from outside',
    async (url) => {
      const { body } = await server.app.inject({ url })
      expect(body).not.toContain('not for anyone')
    },
  )

  test('what the API does not have is no page', async () => {
    const answer = await fetch(`${listening.url}/api/v1/nothing`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
  })
})

test('a port that is taken is said in words', async () => {
  const port = Number(new URL(listening.url).port)
  const other = await openTestServer()
  const refused = listen(other, { host: '127.0.0.1', port, socketPath: null })
  await expect(refused).rejects.toMatchObject({
    code: 'wrong-usage',
    message: expect.stringContaining(`Port ${port} on 127.0.0.1`),
  })
  await other.close()
})
