import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeKey } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import type { SshdNode } from '@tscaler/rehearsal/sshd.ts'
import { describe, expect, test } from 'vitest'
import { accessTo, machineFor, output, run, startNode, startReach } from './ssh.fixture.ts'

const { skip } = requirePart('sshd')

describe.skipIf(skip)('jump hosts', () => {
  test('two in a row, each with a key of known_hosts; one connection serves all behind it', async () => {
    const [first, second, node] = [await startNode(), await startNode(), await startNode()]
    const key = await makeKey({ type: 'ed25519' })
    for (const one of [first, second, node]) await writeFile(join(one.folder, 'authorized_keys'), key.publicKey)
    const knownHosts = [first, second].map((one) => `[${one.host}]:${one.port} ${one.hostKey}`).join('\n')
    const jump = [first, second].map((one) => `${one.user}@${one.host}:${one.port}`)
    const { reach } = startReach()
    const accesses = [1, 2].map((nodeId) => accessTo(node, { nodeId, privateKey: key.privateKey, jump, knownHosts }))
    reach.configure(accesses, [])
    for (const { nodeId } of accesses) expect(await run(reach.find(nodeId)!, 'echo 1')).toEqual([output('1')])
    expect([first, second, node].map((one) => one.log().match(/Accepted publickey/g)?.length)).toEqual([1, 1, 2])
  })

  test.each([
    {
      name: 'whose key is not known',
      jump: (gate: SshdNode) => [`${gate.host}:${gate.port}`],
      kind: 'host-key',
      said: 'put it into the known_hosts of the SSH profile',
    },
    {
      name: 'that is no address',
      jump: () => ['a b'],
      kind: 'unreachable',
      said: 'jump host "a b" is no user@host[:port]',
    },
    {
      name: 'that does not answer',
      jump: () => ['127.0.0.1:1'],
      kind: 'unreachable',
      said: 'jump host 127.0.0.1:1: no TCP connection',
    },
  ])('one $name is named', async ({ jump, kind, said }) => {
    const [gate, node] = [await startNode(), await startNode()]
    const machine = machineFor(startReach().reach, accessTo(node, { jump: jump(gate) }))
    expect(await run(machine, 'echo 1')).toMatchObject([{ failure: kind, text: expect.stringContaining(said) }])
  })

  test('one that does not forward is named', async () => {
    const [gate, node] = [await startNode({ config: ['AllowTcpForwarding no'] }), await startNode()]
    const access = accessTo(node, {
      jump: [`${gate.host}:${gate.port}`],
      knownHosts: `[${gate.host}]:${gate.port} ${gate.hostKey}`,
      privateKey: gate.privateKey,
    })
    expect(await run(machineFor(startReach().reach, access), 'echo 1')).toMatchObject([
      { failure: 'unreachable', text: expect.stringContaining('AllowTcpForwarding') },
    ])
  })
})
