import { expect, test } from 'vitest'
import { ApplyOutput } from './apply-output.ts'
import { verdictOf } from './verdict.ts'

const summary = (counts: { changed?: number; failed?: number; skipped?: number; outOfSync?: number }) =>
  [
    'out #tscaler-puppet summary resources:',
    `out #tscaler-puppet summary   changed: ${counts.changed ?? 0}`,
    `out #tscaler-puppet summary   failed: ${counts.failed ?? 0}`,
    `out #tscaler-puppet summary   out_of_sync: ${counts.outOfSync ?? 0}`,
    `out #tscaler-puppet summary   skipped: ${counts.skipped ?? 0}`,
    'out #tscaler-puppet summary   total: 12',
    'out #tscaler-puppet took 8',
  ] as const
const begun = 'out #tscaler-puppet begun'
const exit = (code: number) => `out #tscaler-puppet exit ${code}`
const folder = '/root/.tscaler/4-1-1-1'

const boom = [
  `err Error: '/bin/sh -c "exit 3"' returned 3 instead of one of [0]`,
  `err Error: /Stage[main]/Main/Exec[boom]/returns: change from 'notrun' to ['0'] failed: '/bin/sh -c "exit 3"' returned 3 instead of one of [0]`,
]

test.each([
  {
    name: '0: nothing to do',
    lines: [...summary({}), exit(0)],
    code: 0,
    text: '12 resources, 0 changed, 0 failed in 8 s',
  },
  {
    name: '2: changed',
    lines: [...summary({ changed: 3 }), exit(2)],
    code: 0,
    text: '12 resources, 3 changed, 0 failed in 8 s',
  },
  {
    name: 'a trial',
    lines: [
      "out Notice: /Stage[main]/Main/File[/etc/a]/ensure: current_value 'absent', should be 'file' (noop)",
      ...summary({ outOfSync: 1 }),
      exit(0),
    ],
    code: 0,
    text: '12 resources, 1 would change, nothing was changed in 8 s',
  },
  {
    name: 'a trial where Puppet is missing',
    lines: ['out #tscaler-puppet not-installed'],
    code: 0,
    text: 'Puppet is not installed there; without noop it would be installed first',
  },
])('done: $name', ({ lines, code, text }) => {
  expect(judge([begun, ...lines], code)).toEqual({ kind: 'done', text })
})

test.each([
  {
    name: '4: failures',
    lines: [begun, ...boom, ...summary({ failed: 1, skipped: 1 }), exit(4)],
    code: 4,
    text: `12 resources, 0 changed, 1 failed, 1 skipped in 8 s: Exec[boom]: '/bin/sh -c "exit 3"' returned 3 instead of one of [0]. Correct the manifest or the machine; what was changed stays`,
    retryable: true,
  },
  {
    name: '6: both; a resource once, three by name, titles with slashes and colons, classes within classes',
    lines: [
      begun,
      ...boom,
      'err Error: /Stage[main]/Main/Exec[boom]: Failed to call refresh: no',
      'err Error: /Stage[main]/App::Web/App::Site[a]/File[/srv/a: b/c]/ensure: change from absent to file failed: Could not set it: No such file or directory',
      'err Error: /Stage[main]/Main/Package[nope]/ensure: change from purged to present failed: E: Unable to locate package nope',
      'err Error: /Stage[main]/Main/User[x]: Could not evaluate: y',
      ...summary({ changed: 2, failed: 4 }),
      exit(6),
    ],
    code: 6,
    text: '12 resources, 2 changed, 4 failed in 8 s: Exec[boom]: Failed to call refresh: no; File[/srv/a: b/c]: Could not set it: No such file or directory; Package[nope]: E: Unable to locate package nope; and 1 more. Correct the manifest or the machine; what was changed stays',
    retryable: true,
  },
  {
    name: '1: a syntax error, with its line, and what can not be read of the facts left out',
    lines: [
      begun,
      'err Error: Facter: Permission denied @ rb_sysopen - /proc/1/environ',
      `err Error: Could not parse for environment production: Syntax error at '}' (file: ${folder}/files/manifest.pp, line: 3, column: 1) on node shop01`,
      'out #tscaler-puppet took 2',
      exit(1),
    ],
    code: 1,
    text: "the manifest can't be used: Syntax error at '}' (manifest.pp, line 3, column 1). Correct it; nothing was changed",
    retryable: false,
  },
  {
    name: '1: an unknown class',
    lines: [
      begun,
      `err Error: Evaluation Error: Error while evaluating a Function Call, Could not find class ::nope for shop01 (file: ${folder}/files/manifest.pp, line: 1, column: 1) on node shop01`,
      exit(1),
    ],
    code: 1,
    text: "the manifest can't be used: Error while evaluating a Function Call, Could not find class ::nope for shop01 (manifest.pp, line 1, column 1). Correct it; nothing was changed",
    retryable: false,
  },
  {
    name: '1: something else',
    lines: [begun, 'err Error: Could not initialize global default settings: no space', exit(1)],
    code: 1,
    text: 'Puppet did not run: Could not initialize global default settings: no space. See the log; nothing was changed',
    retryable: true,
  },
  {
    name: 'killed',
    lines: [begun, exit(137)],
    code: 137,
    text: 'puppet apply ended with 137: ended by signal 9. See the log',
    retryable: true,
  },
  {
    name: 'missing, not to be installed',
    lines: [begun, 'out #tscaler-puppet trouble missing'],
    code: 70,
    text: 'Puppet is not installed on shop01. Install the package puppet there, or set install: true',
    retryable: false,
  },
  {
    name: 'missing, and not root',
    lines: [begun, 'out #tscaler-puppet trouble no-root'],
    code: 70,
    text: "Puppet is not installed on shop01, and the login is not root, so that it can't be. Set sudo: true, or install the package puppet there",
    retryable: false,
  },
  {
    name: 'nothing to install it with',
    lines: [begun, 'out #tscaler-puppet trouble no-tool'],
    code: 70,
    text: 'Puppet is not installed on shop01, which has none of apt-get, dnf, yum and zypper. Install it there by hand',
    retryable: false,
  },
  {
    name: 'not installed',
    lines: [begun, 'err E: Unable to locate package puppet', 'out #tscaler-puppet trouble install apt-get'],
    code: 70,
    text: 'apt-get could not install Puppet on shop01: E: Unable to locate package puppet. See that its package sources are in reach and have puppet-agent or puppet',
    retryable: true,
  },
  {
    name: 'modules that are no archive',
    lines: [begun, 'err tar: This does not look like a tar archive', 'out #tscaler-puppet trouble modules'],
    code: 70,
    text: "the archive of modules can't be unpacked on shop01: tar: This does not look like a tar archive. It must be a tar.gz with the modules' folders at its top",
    retryable: false,
  },
  {
    name: 'sudo refused',
    lines: ['err sudo: a password is required'],
    code: 1,
    sudo: true,
    text: 'sudo on shop01 refused: sudo: a password is required. Let the login run commands as root without a password (NOPASSWD), or leave sudo out where it is root',
    retryable: false,
  },
  {
    name: 'no script at all',
    lines: [],
    code: 126,
    text: 'the script that applies the manifest did not begin on shop01: exit code 126. See its /bin/sh and home folder',
    retryable: true,
  },
])('failed: $name', ({ lines, code, text, retryable, sudo = false }) => {
  expect(judge(lines, code, sudo)).toEqual({ kind: 'failed', text, retryable })
})

test('what a trial would change, resource by resource; what follows from it is left out', () => {
  const output = read([
    begun,
    "out Notice: /Stage[main]/Main/File[/etc/a]/content: current_value '{sha256}a', should be '{sha256}b' (noop)",
    "out Notice: /Stage[main]/Main/Exec[boom]/returns: current_value 'notrun', should be ['0'] (noop)",
    "out Notice: /Stage[main]/Main/Service[a]: Would have triggered 'refresh' from 1 event",
    "out Notice: Class[Main]: Would have triggered 'refresh' from 2 events",
    "out Notice: Stage[main]: Would have triggered 'refresh' from 1 event",
  ])
  expect(output.wouldChange).toEqual([
    "would change File[/etc/a] content from '{sha256}a' to '{sha256}b'",
    "would change Exec[boom] returns from 'notrun' to ['0']",
    'would refresh Service[a]',
  ])
})

test('lines for the reader are not for people', () => {
  const output = new ApplyOutput()
  expect(output.take('#tscaler-puppet took 8', 'out')).toBe(false)
  expect(output.take('#tscaler-puppet took 8', 'err')).toBe(true)
  expect(output.take('Notice: Applied catalog in 0.17 seconds', 'out')).toBe(true)
})

function judge(lines: readonly string[], exitCode: number, sudo = false) {
  return verdictOf(read(lines), exitCode, { node: 'shop01', sudo })
}

function read(lines: readonly string[]): ApplyOutput {
  const output = new ApplyOutput()
  for (const line of lines) output.take(line.slice(4), line.startsWith('err ') ? 'err' : 'out')
  return output
}
