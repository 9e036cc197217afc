import { once } from 'node:events'
import { createConnection } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { login } from './ssh-client.ts'
import { type PretendSsh, type PretendSshOptions, startPretendSsh } from './ssh-pretend.ts'

const nodes: PretendSsh[] = []

afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.close()))
})

async function start(options?: PretendSshOptions): Promise<PretendSsh> {
  const node = await startPretendSsh(options)
  nodes.push(node)
  return node
}

test('runs commands with a real shell: output, errors, exit codes, signals', async () => {
  const node = await start()
  const shell = await login(node)
  expect(await shell.exec('echo out; echo err >&2; exit 3')).toEqual({
    stdout: 'out\n',
    stderr: 'err\n',
    code: 3,
    signal: null,
  })
  expect(await shell.exec('kill -TERM $$')).toMatchObject({ code: null, signal: 'SIGTERM' })
  expect(node.commands).toEqual(['echo out; echo err >&2; exit 3', 'kill -TERM $$'])
})

test('lets a password in, and no other', async () => {
  const node = await start({ password: 'open sesame' })
  await (await login(node, { privateKey: undefined, password: 'open sesame' })).end()
  await expect(login(node, { privateKey: undefined, password: 'wrong' })).rejects.toThrow('authentication')
})

test('refuse-login refuses the right key', async () => {
  await expect(login(await start({ fault: 'refuse-login' }))).rejects.toThrow('authentication')
})

test('silent takes the connection and never sends a banner', async () => {
  const node = await start({ fault: 'silent' })
  await expect(login(node, { readyTimeout: 30 })).rejects.toThrow('Timed out while waiting for handshake')
  const socket = createConnection(node.port, node.host)
  await once(socket, 'connect')
  socket.destroy()
})

test('close-after-login lets in and ends', async () => {
  const { client } = await login(await start({ fault: 'close-after-login' }))
  await once(client, 'close')
})

test('refuse-channels and refuse-exec refuse commands on an open connection', async () => {
  const node = await start({ fault: 'refuse-channels' })
  const shell = await login(node)
  await expect(shell.exec('true')).rejects.toThrow('Channel open failure')
  node.misbehave('refuse-exec')
  await expect(shell.exec('true')).rejects.toThrow('Unable to exec')
  node.misbehave(undefined)
  expect((await shell.exec('true')).code).toBe(0)
})

test('drop-mid-answer sends half of an answer and goes away without an exit code', async () => {
  const shell = await login(await start({ fault: 'drop-mid-answer' }))
  expect(await shell.exec('printf 12345678')).toEqual({ stdout: '1234', stderr: '', code: null, signal: null })
})

test('no-exit-code closes the channel after the whole answer', async () => {
  const shell = await login(await start({ fault: 'no-exit-code' }))
  expect(await shell.exec('echo all')).toEqual({ stdout: 'all\n', stderr: '', code: null, signal: null })
})

test('close ends commands that still run, with what they started', async () => {
  const node = await start()
  const shell = await login(node)
  const running = await shell.begin('echo begun; sleep 1000 & sleep 1000')
  await node.close()
  expect((await running.ended).code).toBeNull()
})
