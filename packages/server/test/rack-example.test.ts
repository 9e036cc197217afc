import { copyFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actionKinds } from '../src/act/actions/all.ts'
import { openVault } from '../src/keep/secrets/vault.ts'
import { cloudOf, orderOf } from '../src/reach/cloud/program/program.fixture.ts'
import { openServedCli, type ServedCli } from '../src/serve/cli/cli.fixture.ts'
import { fieldBook } from '../src/start/declared.ts'

const { skip } = requirePart('python3')
const onRack = test.skipIf(skip)

const example = path.resolve(import.meta.dirname, '../../../examples/rack')

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
  const { store, queue, recent } = cli.desk
  const nobody = { find: () => undefined, visit: refuse }
  const outside = { clouds: { ec2: refuse }, reach: nobody, server: null, programs: null, mailer: null }
  cli.desk.fields = fieldBook(
    actionKinds({ store, queue, recent, vault: openVault('k'.repeat(43)), ...outside, accessOf: refuse }),
  )
})
afterEach(() => cli.close())

test('examples/rack/tscaler.yaml is applied as it is', async () => {
  await mkdir(path.join(cli.folder, 'keys'))
  await cli.write('keys/rack', 'a private key')
  await copyFile(path.join(example, 'tscaler.yaml'), path.join(cli.folder, 'tscaler.yaml'))
  const { code, stdout, stderr } = await cli.run('apply --yes')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('+ trigger shop-grows\n+ trigger shop-shrinks\nDone: 10 created.')
  expect(await cli.desk.store.actions.findOne({ name: 'take-a-machine' })).toMatchObject({
    fields: {
      command: ['/opt/rack/rack.py', '/var/lib/rack/inventory.json'],
      callLimit: 30_000,
      hostKeyFrom: 'console',
    },
  })
})

onRack(
  'examples/rack/rack.py hands out the machines of its inventory, one after the other, and writes the pool',
  async () => {
    const inventory = path.join(cli.folder, 'inventory.json')
    const pool = path.join(cli.folder, 'pool.conf')
    const text = await readFile(path.join(example, 'inventory.json'), 'utf8')
    await cli.write('inventory.json', text.replace('/etc/nginx/shop-pool.conf', pool))
    const { cloud } = cloudOf([path.join(example, 'rack.py'), inventory])
    const { signal } = new AbortController()
    const one = await cloud.launch(orderOf('token-1'), signal)
    const two = await cloud.launch(orderOf('token-2'), signal)
    expect([one.host, two.host]).toEqual(['192.0.2.31', '192.0.2.32'])
    await expect(cloud.launch(orderOf('token-3'), signal)).rejects.toMatchObject({ kind: 'no-capacity' })
    const [balancer] = cloud.balancers({ loadBalancers: [], targetGroups: [] })
    await balancer?.register(two.id, signal)
    expect(await readFile(pool, 'utf8')).toBe('server 192.0.2.32;\n')
    await cloud.end(two.id, 'terminate', signal)
    expect(await readFile(pool, 'utf8')).toBe('')
    const again = await cloud.launch(orderOf('token-3'), signal)
    expect([again.host, again.id === two.id]).toEqual(['192.0.2.32', false])
  },
)

function refuse(): never {
  throw new Error('not in this test')
}
