/** What Puppet counted in one run: `last_run_summary.yaml`, section `resources`. */
export interface Summary {
  /** Those that Puppet adds itself too, such as its schedules. */
  total: number
  changed: number
  /** Those that could not be restarted too. */
  failed: number
  outOfSync: number
  skipped: number
}

/**
 * Reads the lines of `last_run_summary.yaml`; undefined where they are none, as after a manifest that did not compile. Puppet
 * writes two levels of `key: number` and nothing that would need more of YAML.
 */
export function readSummary(lines: readonly string[]): Summary | undefined {
  const counts = new Map<string, number>()
  let section = ''
  for (const line of lines) {
    const [, indent = '', key = '', value = ''] = /^( *)([\w."']+): *(.*?) *$/.exec(line) ?? []
    if (indent === '') section = key
    else if (/^\d+(\.\d+)?$/.test(value)) counts.set(`${section}.${key}`, Number(value))
  }
  const count = (name: string) => counts.get(`resources.${name}`)
  const [total, changed, failed] = [count('total'), count('changed'), count('failed')]
  if (total === undefined || changed === undefined || failed === undefined) return undefined
  return {
    total,
    changed,
    failed: failed + (count('failed_to_restart') ?? 0),
    outOfSync: count('out_of_sync') ?? 0,
    skipped: count('skipped') ?? 0,
  }
}
