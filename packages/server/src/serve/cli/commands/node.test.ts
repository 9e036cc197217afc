import { afterEach, beforeEach, expect, test } from 'vitest'
import { TscalerError } from '../../../model/problem.ts'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'
import { openShop } from '../run.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  await openShop(cli)
})
afterEach(() => cli.close())

function checksAre(ok: (nodeId: number) => boolean): void {
  cli.desk.machines.check = async (nodeId) => ({
    ok: ok(nodeId),
    findings: [
      { what: 'connection', ok: true, text: 'connected in 12 ms' },
      { what: 'load1', ok: ok(nodeId), text: ok(nodeId) ? 'printed 0.4' : 'exited with 127: cut: not found' },
    ],
  })
}

test('node check of one node says everything', async () => {
  checksAre(() => true)
  expect(await cli.run('node check shop01')).toEqual({
    code: 0,
    stdout:
      '1 node tried, all is well.\n  ok shop01 connection: connected in 12 ms.\n  ok shop01 load1: printed 0.4.\n',
    stderr: '',
  })
})

test('check tries every node and says what is wrong only, and ends with 1', async () => {
  checksAre((nodeId) => nodeId === 1)
  expect(await cli.run('check')).toEqual({
    code: 1,
    stdout: '1 of 2 nodes is not well.\n  !! shop02 load1: exited with 127: cut: not found.\n',
    stderr: '',
  })
  expect(JSON.parse((await cli.run('check --json')).stdout)).toMatchObject({
    ok: false,
    trouble: [],
    nodes: [
      { node: 'shop01', ok: true },
      { node: 'shop02', ok: false },
    ],
  })
})

test('check says what is wrong with tscaler itself', async () => {
  checksAre(() => true)
  cli.desk.trouble = () => ['the disk of the data folder is full']
  const { code, stdout } = await cli.run('check')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^tscaler itself: the disk of the data folder is full\.\n2 nodes tried, all is well\.\n/)
})

test('a node that is not there is a finding; no worker at all is 4', async () => {
  checksAre(() => true)
  const { code, stdout } = await cli.run('node check shop01 none')
  expect(code).toBe(1)
  expect(stdout).toBe('1 of 2 nodes is not well.\n  !! none check: There is no node "none".\n')
  cli.desk.machines.check = async () => {
    throw new TscalerError('cannot-reach-server', 'No worker answers for shop01. Start one.')
  }
  expect((await cli.run('check')).code).toBe(4)
})

const pinned = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS'
const offered = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN76zuqnjypL54/w4763l7q1Sn3IBYHptJ5wcYfEWkeN'

async function offer() {
  await cli.desk.store.nodes.update(1, { hostKey: pinned, offeredHostKey: offered })
}

test('node trust shows both fingerprints, asks, and accepts', async () => {
  await offer()
  const { code, stdout, stderr } = await cli.run('node trust shop01', { isTty: true, stdin: 'y\n' })
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'Accept the offered key? [y/N] ' })
  expect(stdout).toMatch(
    /^shop01 \(10\.0\.0\.11:22\) shows another SSH host key than the pinned one\.\n {2}pinned: {2}SHA256:\S{43}\n {2}offered: SHA256:\S{43}\n/,
  )
  expect(stdout).toContain('Accepted: shop01 is trusted with SHA256:')
  expect(await cli.desk.store.nodes.get(1)).toMatchObject({ hostKey: offered, offeredHostKey: null })
})

test('node trust changes nothing at a no, without a terminal, and with another fingerprint', async () => {
  await offer()
  expect((await cli.run('node trust shop01', { isTty: true, stdin: '\n' })).code).toBe(1)
  expect((await cli.run('node trust shop01')).code).toBe(2)
  const other = await cli.run(`node trust shop01 --fingerprint SHA256:${'A'.repeat(43)}`)
  expect(other.code).toBe(1)
  expect(other.stderr).toContain('Look at it again before you accept it.')
  expect(await cli.desk.store.nodes.get(1)).toMatchObject({ hostKey: pinned, offeredHostKey: offered })
  expect((await cli.run('node list')).stdout).toContain('shows another host key: tscaler node trust shop01')
})

test('node trust where no other key was shown', async () => {
  const { code, stderr } = await cli.run('node trust shop01 --yes')
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'tscaler: shop01 has shown no other key than the pinned one. There is nothing to accept.\n',
  })
})
