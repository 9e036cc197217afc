import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeKey } from '@tscaler/rehearsal/keys.ts'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { describe, expect, test } from 'vitest'
import { accessTo, failure, lost, machineFor, output, run, startNode, startReach } from './ssh.fixture.ts'

const { skip } = requirePart('sshd')

describe.skipIf(skip)('host keys', () => {
  test('a changed key stops the machine until there is another pin', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const access = accessTo(node)
    const machine = machineFor(reach, access)
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    await node.changeHostKey()
    await lost(machine)
    const logins = () => node.log().match(/Accepted publickey/g)?.length
    const before = logins()
    const check = await machine.check()
    const text = `shop01 shows another SSH host key (ssh-ed25519 ${node.fingerprint}) than the known one`
    expect(check).toMatchObject({ ok: false, findings: [{ what: 'host-key', text: expect.stringContaining(text) }] })
    expect(events).toEqual([{ nodeId: 1, kind: 'changed', offered: node.hostKey, pinned: access.hostKey }])
    expect(machine.status).toMatchObject({ state: 'stopped', retryAt: null })
    expect(await run(machine, 'echo 1')).toMatchObject([failure('host-key')])
    await expect(machine.startDetached({ folder: 'a', script: 'true', env: {}, sudo: false })).rejects.toMatchObject({
      code: 'node-host-key',
    })
    expect([logins(), events.length]).toEqual([before, 1])

    reach.configure([{ ...access, hostKey: node.hostKey }], [])
    expect(await run(reach.find(1)!, 'echo 1')).toEqual([output('1')])
  })

  test('of a node that is stopped nothing is asked', async () => {
    const node = await startNode()
    const machine = machineFor(startReach().reach, accessTo(node, { stopped: true }))
    expect(await run(machine, 'echo 1')).toEqual([
      failure(
        'host-key',
        'shop01 showed another SSH host key than the pinned one. All work on it is stopped; if it was rebuilt, accept the key on its page.',
      ),
    ])
    expect(node.log()).not.toContain('Connection from')
  })

  test('an unknown key is refused, and told once', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const machine = machineFor(reach, accessTo(node, { hostKey: null }))
    for (let tried = 0; tried < 2; tried += 1)
      expect((await machine.check()).findings[0]).toMatchObject({ what: 'host-key', ok: false })
    expect(events).toEqual([{ nodeId: 1, kind: 'unknown', offered: node.hostKey, pinned: null }])
    expect(node.log()).not.toContain('Accepted')
  })

  test('accept-new takes the first key, and no other after it; writing it down does not end the connection', async () => {
    const node = await startNode()
    const { reach, events } = startReach()
    const access = accessTo(node, { hostKey: null, hostKeys: 'accept-new' })
    const machine = machineFor(reach, access)
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
    expect(events).toEqual([{ nodeId: 1, kind: 'accepted-new', offered: node.hostKey, pinned: null }])
    reach.configure([{ ...access, hostKey: node.hostKey }], [])
    expect(reach.find(1)).toBe(machine)
    const first = node.hostKey
    await node.changeHostKey()
    await lost(machine)
    expect((await machine.check()).findings[0]).toMatchObject({ what: 'host-key' })
    expect(events.slice(1)).toEqual([{ nodeId: 1, kind: 'changed', offered: node.hostKey, pinned: first }])
  })

  test('known_hosts is looked up, and the type it has is asked for', async () => {
    const rsa = await makeKey({ type: 'rsa' })
    const node = await startNode()
    const second = await startNode({ config: [`HostKey ${join(node.folder, 'rsa')}`] })
    await writeFile(join(node.folder, 'rsa'), rsa.privateKey, { mode: 0o600 })
    await second.restart() // now it has two keys, and would show ed25519 if it were not asked for the other
    const knownHosts = `[${second.host}]:${second.port} ${rsa.publicKey}\n`
    const machine = machineFor(startReach().reach, accessTo(second, { hostKey: null, knownHosts }))
    expect(await run(machine, 'echo 1')).toEqual([output('1')])
  })
})
