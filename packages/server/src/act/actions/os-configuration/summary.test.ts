import { expect, test } from 'vitest'
import { readSummary } from './summary.ts'

const resources = (some: string) =>
  `---
version:
  config: 1795559558
  puppet: 7.23.0
resources:
  changed: 3
  corrective_change: 0
  failed: 1
${some}  out_of_sync: 4
  skipped: 1
  total: 12
time:
  total: 0.177643675
  last_run: 1795559561
changes:
  total: 3
events:
  failure: 1
  success: 3
  total: 4
`.split('\n')

test.each([
  {
    name: 'the counts of resources, not those of changes and events',
    lines: resources(''),
    expected: { total: 12, changed: 3, failed: 1, outOfSync: 4, skipped: 1 },
  },
  {
    name: 'a resource that could not be restarted failed',
    lines: resources('  failed_to_restart: 2\n'),
    expected: { total: 12, changed: 3, failed: 3, outOfSync: 4, skipped: 1 },
  },
  {
    name: 'what an older Puppet does not count is none',
    lines: ['resources:', '  total: 1', '  changed: 0', '  failed: 0'],
    expected: { total: 1, changed: 0, failed: 0, outOfSync: 0, skipped: 0 },
  },
  { name: 'none at all', lines: [], expected: undefined },
  {
    name: 'cut off before its counts',
    lines: ['---', 'version:', '  puppet: 7.23.0', 'resources:'],
    expected: undefined,
  },
  {
    name: 'counts that are no numbers',
    lines: ['resources:', '  total: many', '  changed: 0', '  failed: 0'],
    expected: undefined,
  },
])('$name', ({ lines, expected }) => expect(readSummary(lines)).toEqual(expected))
