import { KeyObject } from 'node:crypto'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { login } from '@tscaler/rehearsal/ssh-client.ts'
import { startSshdNode } from '@tscaler/rehearsal/sshd.ts'
import { expect, test } from 'vitest'
import { quickenKeys } from './quick-keys.ts'

const { skip } = requirePart('sshd')

test.skipIf(skip)('both directions have a KeyObject, and go on through new exchanges of keys', async () => {
  const node = await startSshdNode({ config: ['RekeyLimit 64K'] })
  const { client, exec, end } = await login(node, { algorithms: { cipher: ['aes128-gcm@openssh.com'] } })
  try {
    quickenKeys(client)
    // Where a new ssh2 names them otherwise, nothing is quickened any more: that is to be noticed here.
    const protocol: object = Reflect.get(client, '_protocol')
    expect(Reflect.get(Reflect.get(protocol, '_cipher'), '_encKey')).toBeInstanceOf(KeyObject)
    expect(Reflect.get(Reflect.get(protocol, '_decipher'), '_decipherKey')).toBeInstanceOf(KeyObject)
    for (let round = 0; round < 5; round += 1) {
      const { stdout, code } = await exec('head -c 200000 /dev/zero | tr "\\0" x')
      expect([stdout.length, code]).toEqual([200_000, 0])
    }
  } finally {
    await end()
    await node.stop()
  }
})

test('what is no such connection is left as it is', async () => {
  const { default: ssh2 } = await import('ssh2')
  const client = new ssh2.Client()
  quickenKeys(client)
  expect(Reflect.get(client, '_protocol')).toBeUndefined()
})
