import { afterEach, beforeEach, expect, test } from 'vitest'
import { openServedCli, type ServedCli } from '../cli.fixture.ts'

let cli: ServedCli
beforeEach(async () => {
  cli = await openServedCli()
})
afterEach(() => cli.close())

const file = `version: 1
sshProfiles:
  - { name: ops, user: ops, password: { env: OPS_PASSWORD } }
counters:
  - name: load1
    ssh: { script: { file: load.sh } }
    threshold: "> 4"
clusters:
  - name: shop
    counters: [load1]
    nodes:
      - { name: shop01, hostname: 10.0.0.11, sshProfile: ops, labels: { env: live } }
`
const environment = { OPS_PASSWORD: 'never-shown-1' }

async function writeFiles() {
  await cli.write('tscaler.yaml', file)
  await cli.write('load.sh', "cut -d' ' -f1 /proc/loadavg\n")
}

test('plan says what apply would do, and changes nothing', async () => {
  await writeFiles()
  const { code, stdout, stderr } = await cli.run('plan', { environment })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`4 changes: 4 to create.
+ SSH profile ops
+ counter load1
+ cluster shop
+ node shop01
`)
  expect(await cli.desk.store.counters.count()).toBe(0)
})

test('apply shows its plan, asks, and goes on at a yes', async () => {
  await writeFiles()
  const { code, stdout, stderr } = await cli.run('apply', { environment, isTty: true, stdin: 'y\n' })
  expect(code).toBe(0)
  expect(stderr).toBe('Make these changes? [y/N] ')
  expect(stdout).toContain('+ node shop01\nDone: 4 created.\n')
  expect(await cli.desk.store.nodes.findOne({ name: 'shop01' })).toMatchObject({ labels: { env: 'live' } })
  expect(stdout + stderr).not.toContain('never-shown-1')
})

test('apply changes nothing at a no, and ends with 1', async () => {
  await writeFiles()
  const { code, stdout } = await cli.run('apply', { environment, isTty: true, stdin: '\n' })
  expect(code).toBe(1)
  expect(stdout).toContain('Nothing was changed.\n')
  expect(await cli.desk.store.nodes.count()).toBe(0)
})

test('apply without a terminal needs --yes', async () => {
  await writeFiles()
  const { code, stderr } = await cli.run('apply', { environment })
  expect(code).toBe(2)
  expect(stderr).toBe(
    'tscaler: `tscaler apply` asks before it changes anything, and nobody is there to answer: look at its plan, then add --yes.\n',
  )
})

test('apply a second time has nothing to change; export gives the same file back', async () => {
  await writeFiles()
  await cli.run('apply --yes', { environment })
  expect((await cli.run('apply', { environment })).stdout).toBe('Nothing to change; 4 are as they should be.\n')
  const exported = await cli.run('export')
  expect(exported.stdout).toContain('password:\n      kept: ')
  await cli.write('again.yaml', exported.stdout)
  expect((await cli.run('plan -f again.yaml')).stdout).toBe('Nothing to change; 4 are as they should be.\n')
})

test('apply -f - reads stdin, and needs --yes', async () => {
  expect((await cli.run('apply -f -', { stdin: 'version: 1\n', isTty: true })).code).toBe(2)
  const { code, stdout } = await cli.run('apply -f - --yes', {
    stdin: 'version: 1\ncounters: [{ name: load1, ssh: { script: w } }]\n',
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1 change: 1 to create.\n+ counter load1\nDone: 1 created.\n' })
})

test('everything that is wrong is told at once, by line, and nothing is changed', async () => {
  await cli.write(
    'tscaler.yaml',
    `version: 1
sshProfiles:
  - { name: ops, user: ops, password: { env: UNSET_HERE } }
counters:
  - name: load1
    ssh: { script: { file: none.sh } }
  - name: heap
    ssh: { script: w }
    period: 10
clusters:
  - name: shop
    countres: [load1]
    nodes:
      - name: shop01
        hostname: a
        sshProfile: opps
`,
  )
  const { code, stderr, stdout } = await cli.run('apply --yes')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr.split('\n')).toEqual([
    "tscaler: tscaler.yaml can't be used as it is. Nothing was changed.",
    '  tscaler.yaml:3 sshProfiles[0].password: the variable UNSET_HERE is not set. Set it where this command runs.',
    `  tscaler.yaml:6 counters[0].ssh.script: there is no file ${cli.folder}/none.sh.`,
    '  tscaler.yaml:9 counters[1].period: got 10, expected a duration such as "10s" (1s to 1h).',
    '  tscaler.yaml:12 clusters[0].countres: is not a known field. Did you mean "counters"?',
    expect.stringMatching(/^ {2}tscaler.yaml:16 clusters\[0\].nodes\[0\].sshProfile: /),
    '',
  ])
  expect(await cli.desk.store.counters.count()).toBe(0)
})

test('--json gives the plan, and troubles as a problem document on stderr', async () => {
  await writeFiles()
  const plan = await cli.run('plan --json', { environment })
  expect(JSON.parse(plan.stdout)).toMatchObject({
    unchanged: 0,
    changes: [{ kind: 'SSH profile', name: 'ops' }, {}, {}, {}],
  })
  expect((await cli.run('apply --json', { environment, isTty: true, stdin: 'y\n' })).code).toBe(2)
  const applied = await cli.run('apply --json --yes', { environment })
  expect(JSON.parse(applied.stdout)).toMatchObject({ changes: [{ what: 'create' }, {}, {}, {}] })
  const refused = await cli.run('plan --json -f none.yaml')
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.stderr)).toEqual({
    type: 'urn:tscaler:error:bad-input',
    detail: `The configuration file: there is no file ${cli.folder}/none.yaml. Name one with -f FILE.`,
  })
})

test('an update shows each field, never a secret', async () => {
  await writeFiles()
  await cli.run('apply --yes', { environment })
  await cli.write('tscaler.yaml', file.replace('> 4', '> 8'))
  const { stdout } = await cli.run('plan', { environment: { OPS_PASSWORD: 'never-shown-2' } })
  expect(stdout).toContain('~ counter load1\n    threshold: > 4 → > 8\n')
  expect(stdout).toContain('~ SSH profile ops\n    password: a secret → a secret\n')
  expect(stdout).not.toContain('never-shown')
})

test('--prune removes what the file leaves out; without it that is left alone', async () => {
  await writeFiles()
  await cli.run('apply --yes', { environment })
  await cli.write('less.yaml', 'version: 1\n')
  expect((await cli.run('plan -f less.yaml')).stdout).toContain('Not in the file, and left alone: ')
  const { stdout } = await cli.run('apply -f less.yaml --prune --yes')
  expect(stdout).toContain('- node shop01\n')
  expect(stdout).toContain('Done: 4 removed.\n')
})
