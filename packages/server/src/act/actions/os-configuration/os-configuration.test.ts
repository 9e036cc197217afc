import { requirePart } from '@tscaler/rehearsal/parts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Attempt } from '../../action.ts'
import { archive, PuppetHouse } from './os-configuration.fixture.ts'
import { osConfiguration } from './os-configuration.ts'

const applyLimitMs = 60_000 // an apply takes 3 s, beside other work 8, once 18

describe.skipIf(requirePart('sshd', 'machines', 'puppet').skip)('with real Puppet', { timeout: applyLimitMs }, () => {
  let at: PuppetHouse
  beforeAll(async () => {
    at = await PuppetHouse.open()
  })
  afterAll(() => at.close())

  const shop = `
    file { '/etc/shop.conf': content => "cluster=\${facts['tscaler_cluster']} password=\${facts['tscaler_secret_db_password']}\\n" }
    include motto
  `
  const modules = archive({
    'motto/manifests/init.pp': "class motto { file { '/etc/motto': content => file('motto/motto.txt') } }\n",
    'motto/files/motto.txt': 'keep going\n',
  })
  const secrets = { DB_PASSWORD: 's3cret word' }
  const wait = (name: string) => `touch /tmp/${name}.begun; while [ ! -e /tmp/${name}.go ]; do sleep 0.05; done`

  test('the first time it changes; a connection that is cut meanwhile ends nothing', async () => {
    const manifest = `${shop} exec { 'slow': command => '/bin/sh -c "${wait('cut')}"', creates => '/tmp/cut.go', before => File['/etc/motto'] }`
    const { run } = await at.apply({ manifest, modules }, { secrets })
    await begun('cut')
    at.door.cut()
    // A round over the lost connection is a failure; the next one makes it again.
    const goOn = () => at.sh('touch /tmp/cut.go; echo gone on').catch(() => '')
    await expect.poll(goOn, { timeout: applyLimitMs }).toBe('gone on')
    const seen = await at.house.ended(run.id, applyLimitMs)
    expect(seen.tasks).toMatchObject([
      {
        state: 'succeeded',
        attempts: 1,
        error: expect.stringMatching(/^\d+ resources, 3 changed, 0 failed in \d+ s$/),
      },
    ])
    expect(await at.sh('cat /etc/shop.conf /etc/motto')).toBe('cluster=shop password=s3cret word\nkeep going')
    expect(seen.log.filter((line) => line.includes('Applied catalog'))).toHaveLength(1)
    expect(seen.log.filter((line) => line.includes('#tscaler'))).toEqual([])
    expect(await at.house.everything()).not.toContain('s3cret')
    await leftNothing()
  })

  test('the second time there is nothing to do, and a crash of tscaler in the middle changes nothing of that', async () => {
    const manifest = `${shop} exec { 'slow': command => '/bin/true', onlyif => '/bin/sh -c "${wait('crash')}; exit 1"' }`
    const { process, run } = await at.apply({ manifest, modules }, { secrets })
    await begun('crash')
    await process.engine.close()
    await at.sh('touch /tmp/crash.go')
    await at.house.start([osConfiguration])
    const seen = await at.house.ended(run.id, applyLimitMs)
    expect(seen.tasks).toMatchObject([
      { state: 'succeeded', attempts: 1, error: expect.stringMatching(/ 0 changed, 0 failed in /) },
    ])
    expect(seen.log.filter((line) => line.includes('Applied catalog'))).toHaveLength(1)
    await leftNothing()
  })

  test('a resource that fails is named with what it said, and what hangs on it is skipped', async () => {
    const manifest = `
      exec { 'boom': command => '/bin/sh -c "exit 3"' }
      file { '/etc/after': content => 'x', require => Exec['boom'] }
      file { '/etc/beside': content => 'x' }`
    const { run } = await at.apply({ manifest })
    const { tasks } = await at.house.ended(run.id, applyLimitMs)
    expect(tasks).toMatchObject([
      {
        state: 'failed',
        error: expect.stringMatching(
          /^\d+ resources, 1 changed, 1 failed, 1 skipped in \d+ s: Exec\[boom\]: '\/bin\/sh -c "exit 3"' returned 3 instead of one of \[0\]\. Correct/,
        ),
      },
    ])
    expect(await at.sh('ls /etc/after /etc/beside 2>/dev/null')).toBe('/etc/beside')
  })

  test('a manifest with a syntax error is told by its line, and not tried again', async () => {
    const { run } = await at.apply({ manifest: "file { '/etc/x':\n  ensure => file\n}}\n" }, { retries: 2 })
    const { tasks } = await at.house.ended(run.id, applyLimitMs)
    expect(tasks).toMatchObject([
      {
        state: 'failed',
        attempts: 1,
        error:
          "the manifest can't be used: Syntax error at '}' (manifest.pp, line 3, column 2). Correct it; nothing was changed",
      },
    ])
  })

  test('a preview says what would change, and changes nothing', async () => {
    await at.sh('touch /tmp/stamp')
    const manifest = `${shop} file { '/etc/never': content => 'x' } file { '/etc/hostname': ensure => absent }`
    const lines = await osConfiguration.preview?.({ ...previewing(), fields: { manifest, modules, sudo: false } })
    expect(lines).toEqual([
      // This attempt has neither cluster nor secret.
      expect.stringContaining('would change File[/etc/shop.conf] content from '),
      "would change File[/etc/never] ensure from 'absent' to 'file'",
      "would change File[/etc/hostname] ensure from 'file' to 'absent'",
    ])
    expect(await at.sh('find /etc /var/cache/puppet /var/lib -xdev -newer /tmp/stamp -type f')).toBe('')
  })

  test('where Puppet is missing it is installed first', async () => {
    await at.sh('mkdir /root/hidden; mv /usr/bin/puppet /root/hidden')
    await at.pretend(
      '/usr/local/bin/apt-get',
      `echo "$DEBIAN_FRONTEND $*" >>/root/asked
       case "$*" in *update) touch /root/updated;; *"install puppet") [ -e /root/updated ] && mv /root/hidden/puppet /usr/bin;; *) false;; esac`,
    )
    const { run } = await at.apply({ manifest: "file { '/etc/installed': content => 'x' }" })
    const seen = await at.house.ended(run.id, applyLimitMs)
    expect(seen.tasks).toMatchObject([{ state: 'succeeded', error: expect.stringContaining(' 1 changed, 0 failed') }])
    expect(seen.log).toContain('out Puppet is not installed here: installing it with apt-get')
    const asked = 'noninteractive -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0'
    expect((await at.sh('cat /root/asked')).trim().split('\n')).toEqual([
      `${asked} install puppet-agent`,
      `${asked} install puppet`,
      `${asked} update`,
      `${asked} install puppet-agent`,
      `${asked} install puppet`,
    ])
  })

  /** Puppet is in the middle of it. */
  async function begun(name: string): Promise<void> {
    await expect.poll(() => at.sh(`ls /tmp/${name}.begun 2>/dev/null`), { timeout: applyLimitMs }).not.toBe('')
  }

  async function leftNothing(): Promise<void> {
    await expect.poll(() => at.sh('ls .tscaler')).toBe('')
  }

  function previewing(): Attempt {
    const context = { runId: 0, runUrl: '', trigger: '', cluster: '', nodes: [], newNode: '' }
    return {
      taskId: 0,
      fields: {},
      secrets: {},
      run: { ...context, cause: { kind: 'person', text: '' } },
      step: 1,
      attempt: 1,
      node: { id: at.node.id, name: at.node.name, host: at.node.hostname, local: false },
      machine: at.machine,
      token: 't',
      folder: 'preview-1',
      log: () => {},
      remark: () => {},
      signal: new AbortController().signal,
      clock: at.house.clock,
    }
  }
})
