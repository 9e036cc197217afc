import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TscalerError } from '../../../model/problem.ts'
import { openTestCli, type TestCli } from '../cli.fixture.ts'
import { readDocumentFile } from './document-file.ts'

let cli: TestCli
beforeEach(async () => {
  cli = await openTestCli()
})
afterEach(() => cli.close())

async function read(
  text: string,
  { environment = {}, name = 'tscaler.yaml' }: { environment?: Record<string, string>; name?: string } = {},
) {
  await cli.write(name, text)
  return readDocumentFile(name, { stdin: Readable.from([]), environment, cwd: cli.folder })
}

async function findings(text: string): Promise<string[]> {
  try {
    const { findings, inFile } = await read(text)
    return inFile(findings).map(({ path, message }) => `${path}: ${message}`)
  } catch (thrown) {
    if (!(thrown instanceof TscalerError)) throw thrown
    return thrown.findings.map(({ path, message }) => `${path}: ${message}`)
  }
}

test('{ file } and { env } become { value } where a secret stands, and text elsewhere', async () => {
  await mkdir(path.join(cli.folder, 'keys'))
  await writeFile(path.join(cli.folder, 'keys/ops'), 'KEY\nLINES\n')
  await writeFile(path.join(cli.folder, 'password'), 'no line end\n')
  const { document, findings: wrong } = await read(
    `version: 1
sshProfiles:
  - { name: ops, user: { env: OPS }, privateKey: { file: keys/ops }, password: { file: password }, knownHosts: { file: keys/ops }, certAuthorities: [{ file: password }] }
jvmProfiles: [{ name: tomcat, port: 9010, password: { env: JMX }, tls: { ca: { file: keys/ops }, cert: { file: keys/ops }, key: { file: keys/ops } } }]
ec2Profiles: [{ name: web, userData: { file: keys/ops }, tags: { env: live } }]
actions:
  - { name: base, osConfiguration: { manifest: { file: keys/ops } }, secrets: { TOKEN: { env: JMX } } }
  - { name: fab, distributedScript: { fabfile: { file: keys/ops }, commandLine: deploy } }
`,
    { environment: { OPS: 'ops', JMX: 'jmx secret' } },
  )
  expect(wrong).toEqual([])
  expect(document).toEqual({
    version: 1,
    sshProfiles: [
      {
        name: 'ops',
        user: 'ops',
        privateKey: { value: 'KEY\nLINES\n' },
        password: { value: 'no line end' },
        knownHosts: 'KEY\nLINES\n',
        certAuthorities: ['no line end\n'],
      },
    ],
    jvmProfiles: [
      {
        name: 'tomcat',
        port: 9010,
        password: { value: 'jmx secret' },
        tls: { ca: 'KEY\nLINES\n', cert: 'KEY\nLINES\n', key: { value: 'KEY\nLINES\n' } },
      },
    ],
    ec2Profiles: [{ name: 'web', userData: { value: 'KEY\nLINES\n' }, tags: { env: 'live' } }],
    actions: [
      { name: 'base', osConfiguration: { manifest: 'KEY\nLINES\n' }, secrets: { TOKEN: { value: 'jmx secret' } } },
      { name: 'fab', distributedScript: { fabfile: 'KEY\nLINES\n', commandLine: 'deploy' } },
    ],
  })
})

test('paths are relative to the file, ~/ is the own folder', async () => {
  await mkdir(path.join(cli.folder, 'conf'))
  await writeFile(path.join(cli.folder, 'conf/load.sh'), 'one')
  await writeFile(path.join(cli.folder, 'home.sh'), 'two')
  const { document } = await read(
    'counters:\n  - { name: a, ssh: { script: { file: load.sh } } }\n  - { name: b, ssh: { script: { file: ~/home.sh } } }\n',
    { name: 'conf/tscaler.yaml', environment: { HOME: cli.folder } },
  )
  expect(document).toEqual({
    counters: [
      { name: 'a', ssh: { script: 'one' } },
      { name: 'b', ssh: { script: 'two' } },
    ],
  })
})

test('modules may be any file: they become base64', async () => {
  const bytes = Buffer.from([0x1f, 0x8b, 0xff, 0x00, 0xfe])
  await writeFile(path.join(cli.folder, 'modules.tar.gz'), bytes)
  const { document, findings: wrong } = await read(
    'actions: [{ name: base, osConfiguration: { manifest: { env: M }, modules: { file: modules.tar.gz }, sudo: true } }]\n',
    { environment: { M: 'include shop' } },
  )
  expect(wrong).toEqual([])
  const osConfiguration = { manifest: 'include shop', modules: bytes.toString('base64'), sudo: true }
  expect(document).toEqual({ actions: [{ name: 'base', osConfiguration }] })
})

test('an archive that is too large is told with its size', async () => {
  await writeFile(path.join(cli.folder, 'large'), Buffer.alloc(8 * 1_048_576 + 1))
  expect(await findings('actions: [{ osConfiguration: { modules: { file: large } } }]\n')).toEqual([
    expect.stringMatching(/large has 8388609 bytes, more than the 8388608 that may stand here\.$/),
  ])
})

test('labels and tags that happen to be called env or file are left as they are', async () => {
  const { document } = await read('clusters: [{ name: a, nodes: [{ name: n, labels: { file: x } }] }]')
  expect(document).toEqual({ clusters: [{ name: 'a', nodes: [{ name: 'n', labels: { file: 'x' } }] }] })
})

test('anchors and aliases are understood', async () => {
  const { document, inFile } = await read('counters:\n  - &a { name: a }\n  - *a\n')
  expect(document).toEqual({ counters: [{ name: 'a' }, { name: 'a' }] })
  expect(inFile([{ path: 'counters[1].name', message: 'x' }])).toEqual([
    { path: 'tscaler.yaml:2 counters[1].name', message: 'x' },
  ])
})

test.each([
  {
    name: 'a key that is there twice',
    text: 'version: 1\ncounters: []\ncounters: []\n',
    expected: ['tscaler.yaml:3: the key "counters" stands here a second time; keep one of the two.'],
  },
  {
    name: 'a tab',
    text: 'version: 1\ncounters:\n\t- { name: a }\n',
    expected: ['tscaler.yaml:3: a tab stands where YAML wants spaces; put spaces in its place.'],
  },
  {
    name: 'a second document',
    text: 'version: 1\n---\nversion: 1\n',
    expected: ['tscaler.yaml:2: a second document begins here (`---`); a configuration is one document.'],
  },
  {
    name: 'a tag',
    text: 'version: !!python/name:os.system 1\n',
    expected: [
      'tscaler.yaml:1: Unresolved tag: tag:yaml.org,2002:python/name:os.system; write the value without a tag (`!…`).',
    ],
  },
  {
    name: 'an alias without its anchor',
    text: 'version: *none\n',
    expected: ['tscaler.yaml:1 version: `*none` needs its anchor `&none` before it.'],
  },
  {
    name: 'a bracket that stays open',
    text: 'version: 1\ncounters: [\n',
    expected: [expect.stringMatching(/^tscaler\.yaml:\d: this is no YAML: /)],
  },
  {
    name: 'a key that is no word',
    text: 'version: 1\n? [a, b]\n: c\n',
    expected: ['tscaler.yaml:1: has a key that is no word.'],
  },
  {
    name: 'a file that is missing',
    text: 'counters:\n  - ssh:\n      script: { file: none.sh }\n',
    expected: [expect.stringMatching(/^tscaler\.yaml:3 counters\[0\]\.ssh\.script: there is no file .*none\.sh\.$/)],
  },
  {
    name: 'a folder in place of a file',
    text: 'counters: [{ ssh: { script: { file: . } } }]\n',
    expected: [expect.stringContaining('is no file.')],
  },
  {
    name: 'a variable that is not set',
    text: 'jvmProfiles:\n- password: { env: NOPE }\n',
    expected: ['tscaler.yaml:2 jvmProfiles[0].password: the variable NOPE is not set. Set it where this command runs.'],
  },
])('$name is told by line', async ({ text, expected }) => expect(await findings(text)).toEqual(expected))

test('a file that is no text is told', async () => {
  await writeFile(path.join(cli.folder, 'binary'), Buffer.from([0xff, 0xfe, 0x00]))
  expect(await findings('counters: [{ ssh: { script: { file: binary } } }]\n')).toEqual([
    expect.stringContaining('is no UTF-8 text.'),
  ])
})

test.skipIf(process.getuid?.() === 0)('a file that may not be read is told', async () => {
  await writeFile(path.join(cli.folder, 'closed'), 'x')
  await chmod(path.join(cli.folder, 'closed'), 0)
  expect(await findings('counters: [{ ssh: { script: { file: closed } } }]\n')).toEqual([
    expect.stringContaining('may not be read by this user.'),
  ])
})

test('aliases that would fill the memory are refused quickly', async () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
  )
  expect(await findings(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
    'tscaler.yaml:1: its aliases (`*name`) make more than 100000 values of it.',
  ])
})

test('an anchor that holds itself comes to an end', async () => {
  expect(await findings('counters: &a [*a]\n')).toEqual([expect.stringContaining('goes deeper than 50 levels.')])
})

test('a field of the prototype is a field like others', async () => {
  const { document } = await read('version: 1\n__proto__: { polluted: true }\n')
  expect(JSON.stringify(document)).toBe('{"version":1,"__proto__":{"polluted":true}}')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('findings go to the nearest line that there is', async () => {
  const { inFile } = await read('version: 1\ncounters:\n  - name: a\n    ssh:\n      script: x\n')
  expect(
    inFile([
      { path: 'counters[0].ssh.timeout', message: 'c' },
      { path: 'counters[0]["odd name"]', message: 'b' },
      { path: 'triggers', message: 'a' },
    ]),
  ).toEqual([
    { path: 'tscaler.yaml:1 triggers', message: 'a' },
    { path: 'tscaler.yaml:3 counters[0]["odd name"]', message: 'b' },
    { path: 'tscaler.yaml:4 counters[0].ssh.timeout', message: 'c' },
  ])
})
