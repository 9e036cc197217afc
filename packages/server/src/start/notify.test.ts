import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { notifySystemd } from './notify.ts'

const { skip } = requirePart('python3', 'systemd-notify')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tscaler-notify-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What systemd does: a datagram socket. It prints "bound", then each message. */
const SYSTEMD = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`

describe.skipIf(skip)('systemd', () => {
  test.each([
    { state: 'ready', told: 'READY=1' },
    { state: 'stopping', told: 'STOPPING=1' },
  ] as const)('is told $state', async ({ state, told }) => {
    const socket = path.join(folder, 'notify')
    const systemd = spawn('/usr/bin/python3', ['-c', SYSTEMD, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      let output = ''
      systemd.stdout.on('data', (chunk) => {
        output += chunk
      })
      await once(systemd.stdout, 'data')
      const warned: string[] = []
      await notifySystemd(state, { socket, path: process.env.PATH, warn: (text) => warned.push(text) })
      expect(warned).toEqual([])
      while (!output.includes('=1')) await once(systemd.stdout, 'data')
      expect(output).toContain(told)
    } finally {
      systemd.kill()
    }
  })
})

test('who was not started by systemd tells nobody', async () => {
  const path = folder // nothing to be found there: running anything would warn
  await notifySystemd('ready', { socket: null, path, warn: (text) => expect(text).toBe('') })
})

test('a tool that is missing is a warning, not the end', async () => {
  const warned: string[] = []
  await notifySystemd('ready', { socket: '/nowhere', path: folder, warn: (text) => warned.push(text) })
  expect(warned).toEqual([
    'systemd could not be told that tscaler is ready (spawn systemd-notify ENOENT). Set Type=exec in its unit.',
  ])
})
