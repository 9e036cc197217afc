import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestCli, type TestCli } from './cli.fixture.ts'

let cli: TestCli
beforeEach(async () => {
  cli = await openTestCli()
})
afterEach(() => cli.close())

test('serve calls the server with its flags', async () => {
  expect((await cli.run('serve --port 0')).code).toBe(0)
  expect(cli.served).toEqual([{ roles: ['all'], port: '0', rehearsal: false }])
})

test('serve --help serves nothing', async () => {
  const { code, stdout } = await cli.run('serve --help')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Usage: tscaler serve/)
  expect(cli.served).toEqual([])
})

test('no command at all shows the help and is wrong usage', async () => {
  const { code, stdout, stderr } = await cli.run('')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^Usage: tscaler \[options\] \[command\]/)
})

test('--version prints the version', async () => {
  expect(await cli.run('--version')).toEqual({ code: 0, stdout: '0.0.0-test\n', stderr: '' })
})

const all =
  'There are: serve, status, check, export, plan, apply, import, node, instances, end-instance, run, runs, cancel, retry, approve, reject, resolve, stop-all, pause, resume, explain, backtest, series, samples, list, get, user, token, backup, restore, copy, secret.'

test.each([
  {
    name: 'a mistyped command',
    words: 'aply',
    stderr: `There is no command \`tscaler aply\`. Did you mean \`tscaler apply\`? ${all}`,
  },
  { name: 'one that does not exist', words: 'bananas', stderr: `There is no command \`tscaler bananas\`. ${all}` },
  {
    name: 'a mistyped command of a group',
    words: 'node trsut shop01',
    stderr:
      'There is no command `tscaler node trsut`. Did you mean `tscaler node trust`? There are: list, jvms, check, trust.',
  },
  { name: 'a group alone', words: 'token', stderr: 'What of `tscaler token`? There are: create, revoke, list.' },
  {
    name: 'an unknown option',
    words: 'plan --prun',
    stderr: 'Unknown option "--prun" (Did you mean --prune?). Add --help to see how it is used.',
  },
  {
    name: 'an argument that is missing',
    words: 'cancel',
    stderr: 'Missing required argument "run". Add --help to see how it is used.',
  },
  {
    name: 'a word too many',
    words: 'status now',
    stderr: 'Too many arguments for "status". Expected 0 arguments but got 1. Add --help to see how it is used.',
  },
  {
    name: 'a run that is no number',
    words: 'cancel grow',
    stderr: 'The run: got "grow", expected a number such as 12.',
  },
  {
    name: '--force without a reason',
    words: 'run trigger grow --force',
    stderr: '--force needs --reason: why the guards are to yield.',
  },
  {
    name: 'a pause without an end',
    words: 'pause',
    stderr: 'A pause needs its end: give --for (such as 2h) or --until, one of the two.',
  },
  {
    name: 'an unknown kind',
    words: 'list nods',
    stderr: expect.stringContaining('There is no kind "nods". Did you mean "nodes"? There are: clusters, nodes, '),
  },
])('$name is wrong usage', async ({ words, stderr }) => {
  const ran = await cli.run(words)
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' })
  expect(ran.stderr.replace(/^tscaler: /, '').trimEnd()).toEqual(stderr)
})

test('an address that is none is wrong usage, and its password is not shown', async () => {
  const { code, stderr } = await cli.run('status', { environment: { TSCALER_URL: 'http://ada:hidden@host' } })
  expect(code).toBe(2)
  expect(stderr).toContain("TSCALER_URL: expected the server's address")
  expect(stderr).not.toContain('hidden')
})

test('no server on the data folder: 4, with what was tried and what to do', async () => {
  const { code, stderr } = await cli.run('status')
  expect(code).toBe(4)
  expect(stderr).toBe(
    `tscaler: No server runs on ${cli.folder}: there is no ${cli.folder}/tscaler.sock. Start it with \`tscaler serve --data ${cli.folder}\`, or name the server's data folder with --data or TSCALER_DATA. For a server elsewhere set TSCALER_URL and TSCALER_TOKEN.\n`,
  )
})

test('--data is believed before TSCALER_URL', async () => {
  const { stderr } = await cli.run('status --data elsewhere', { environment: { TSCALER_URL: 'http://127.0.0.1:1' } })
  expect(stderr).toContain(`there is no ${cli.folder}/elsewhere/tscaler.sock`)
})

test('nothing at the address: 4', async () => {
  const { code, stderr } = await cli.run('status', { environment: { TSCALER_URL: 'http://127.0.0.1:1' } })
  expect(code).toBe(4)
  expect(stderr).toBe(
    'tscaler: Nothing listens at http://127.0.0.1:1 (TSCALER_URL): connection refused. Start the server, or correct the address and its port.\n',
  )
})

test('a server that hangs up without an answer: 4, as JSON where that was asked for', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(path.join(cli.folder, 'tscaler.sock'), resolve))
  const { code, stderr } = await cli.run('status --json')
  await new Promise((resolve) => server.close(resolve))
  expect(code).toBe(4)
  expect(JSON.parse(stderr)).toMatchObject({ type: 'urn:tscaler:error:cannot-reach-server' })
})

test('something else than tscaler at the address: 4', async () => {
  const answer = 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops'
  const server = createServer((socket) => socket.once('data', () => socket.end(answer)))
  await new Promise<void>((resolve) => server.listen(path.join(cli.folder, 'tscaler.sock'), resolve))
  const { code, stderr } = await cli.run('status')
  await new Promise((resolve) => server.close(resolve))
  expect(code).toBe(4)
  expect(stderr).toContain(
    "answered 502 in a form that is not tscaler's. The proxy there has no tscaler behind it: start the server.",
  )
})

test('behind a proxy the address may have a path, and the token goes with every request', async () => {
  const seen: unknown[] = []
  const server = createHttpServer((request, response) => {
    seen.push([request.method, request.url, request.headers.authorization])
    response.setHeader('content-type', 'application/json').end('{"items":[],"next":null}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const environment = { TSCALER_URL: `http://127.0.0.1:${port}/scaler/`, TSCALER_TOKEN: 'tscaler_abc' }
  const { code, stdout } = await cli.run('list nodes --match "a b&c"', { environment })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'There are no nodes.\n' })
  expect(seen).toEqual([['GET', '/scaler/api/v1/nodes?limit=500&q=a+b%26c', 'Bearer tscaler_abc']])
})

test('a start of the server loads no library of the commands', () => {
  const seen = new Set<string>()
  const packages: string[] = []
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*? from '([^']+)'/gm,
    )) {
      if (from.startsWith('.')) visit(path.join(path.dirname(file), from))
      else if (!from.startsWith('node:')) packages.push(from)
    }
  }
  visit(path.join(import.meta.dirname, 'program.ts'))
  expect(packages).toEqual([])
})
