import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { archive, PuppetHouse } from './os-configuration.fixture.ts'

// Puppet and what installs it are pretended here: what is tested is the script around them, on a machine where no program is in the way.
describe.skipIf(requirePart('sshd', 'machines').skip)('the script that applies a manifest', () => {
  let at: PuppetHouse
  beforeEach(async () => {
    at = await PuppetHouse.open()
    await at.sh('rm -f /usr/bin/puppet /usr/bin/apt-get /usr/bin/dnf /usr/bin/yum /usr/bin/zypper')
  })
  afterEach(() => at.close())

  const puppet = `
    while [ $# -gt 1 ]; do [ "$1" != --lastrunfile ] || echo "resources:
      total: 1
      changed: 1
      failed: 0" >"$2"; shift; done
    echo "Notice: applied $(basename "$1"): $(cat "$1")"; exit 2`

  async function applied(fields: Record<string, unknown> = {}) {
    const { run } = await at.apply({ manifest: 'one', ...fields })
    return at.house.ended(run.id)
  }

  test.each([
    { tool: 'dnf', asked: '-y install puppet-agent' },
    { tool: 'yum', asked: '-y install puppet-agent' },
    { tool: 'zypper', asked: '--non-interactive install puppet-agent' },
  ])('installs Puppet with $tool where there is no other', async ({ tool, asked }) => {
    await at.pretend('/root/puppet', puppet)
    await at.pretend(
      `/usr/bin/${tool}`,
      `echo "$*" >/root/asked; mkdir -p /opt/puppetlabs/bin; mv /root/puppet /opt/puppetlabs/bin`,
    )
    const seen = await applied()
    expect(seen.tasks).toMatchObject([
      { state: 'succeeded', error: expect.stringMatching(/^1 resources, 1 changed, 0 failed in/) },
    ])
    expect(seen.log).toContain('out Notice: applied manifest.pp: one')
    expect(await at.sh('cat /root/asked')).toBe(asked)
  })

  test.each([
    { name: 'nothing installs it', fields: {}, error: 'has none of apt-get, dnf, yum and zypper' },
    { name: 'it is not to be installed', fields: { install: false }, error: 'or set install: true' },
    { name: 'modules are no archive', fields: { modules: 'AAAA' }, error: 'modules is no tar.gz' },
    { name: 'there is no sudo', fields: { sudo: true }, error: /^sudo on shop01 refused: .*sudo.*\. Let the login/ },
  ])('fails in one sentence where $name', async ({ fields, error }) => {
    await at.sh('rm -f /usr/bin/sudo')
    const text = typeof error === 'string' ? expect.stringContaining(error) : expect.stringMatching(error)
    expect((await applied(fields)).tasks).toMatchObject([{ state: 'failed', error: text }])
  })

  test.skipIf(requirePart('sudo').skip)(
    'with sudo Puppet is root, with all values, and nothing of it is left',
    async () => {
      await at.pretend('/usr/bin/puppet', `id -u; env | grep ^FACTER_tscaler_node=; ${puppet}`)
      await at.sh(`useradd -m ops; usermod -p '*' ops; cp -r /root/.ssh /home/ops; chown -R ops: /home/ops
      echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops; chmod 440 /etc/sudoers.d/ops`)
      at.logIn('ops')
      const modules = archive({ 'motto/manifests/init.pp': 'class motto {}' })
      const seen = await applied({ sudo: true, modules })
      expect(seen.run.state).toBe('succeeded')
      expect(seen.log).toEqual(expect.arrayContaining(['out 0', 'out FACTER_tscaler_node=shop01']))
      await expect.poll(() => at.sh('ls .tscaler')).toBe('')
    },
  )

  test('without root it installs nothing', async () => {
    await at.pretend('/usr/local/bin/id', 'echo 1000')
    await at.pretend('/usr/bin/apt-get', 'touch /root/asked')
    expect((await applied()).tasks).toMatchObject([
      { state: 'failed', error: expect.stringContaining('the login is not root') },
    ])
    expect(await at.sh('ls /root/asked 2>/dev/null')).toBe('')
  })

  test('what could not be installed is told in the words of the program', async () => {
    await at.pretend('/usr/bin/apt-get', 'echo "E: Unable to locate package" >&2; exit 100')
    expect((await applied()).tasks).toMatchObject([
      {
        state: 'failed',
        error: expect.stringContaining('apt-get could not install Puppet on shop01: E: Unable to locate'),
      },
    ])
  })

  test('a trial installs nothing', async () => {
    await at.pretend('/usr/bin/apt-get', 'touch /root/asked')
    expect((await applied({ noop: true })).tasks).toMatchObject([
      { state: 'succeeded', error: 'Puppet is not installed there; without noop it would be installed first' },
    ])
    expect(await at.sh('ls /root/asked 2>/dev/null')).toBe('')
  })

  test('waits while another one applies on the machine, and what Puppet starts does not keep the lock', async () => {
    await at.pretend('/usr/bin/puppet', `touch /root/began; sleep 300 & ${puppet}`)
    await at.machine.startDetached({
      folder: 'other',
      script:
        'exec 9>>/run/tscaler-puppet.lock; flock 9; touch /root/held; while [ ! -e /root/go ]; do sleep 0.05; done',
      env: {},
      sudo: false,
    })
    await expect.poll(() => at.sh('ls /root/held 2>/dev/null')).not.toBe('')
    const { run } = await at.apply({ manifest: 'one' })
    const waiting = 'out waiting until another Puppet run on this machine has ended'
    await at.house.until(run.id, ({ log }) => log.includes(waiting))
    expect(await at.sh('ls /root/began 2>/dev/null')).toBe('')
    await at.sh('touch /root/go')
    expect((await at.house.ended(run.id)).run.state).toBe('succeeded')
    expect((await applied()).log).not.toContain(waiting)
  })

  test('secrets and values are in its environment, as they are and as facts', async () => {
    await at.pretend('/usr/bin/puppet', `env | grep -i -e db_password -e tscaler | sort; ${puppet}`)
    const { run } = await at.apply({ manifest: 'one' }, { secrets: { DB_PASSWORD: `it's "s3cret"` } })
    const { log } = await at.house.ended(run.id)
    expect(log).toEqual(
      expect.arrayContaining([
        'out DB_PASSWORD=•••',
        'out FACTER_tscaler_secret_db_password=•••',
        'out FACTER_tscaler_cluster=shop',
        'out FACTER_tscaler_node=shop01',
        'out TSCALER_NODE=shop01',
      ]),
    )
    expect(log.filter((line) => /install=|noop=/.test(line))).toEqual([])
  })
})
