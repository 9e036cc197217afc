/** A counter that comes with tscaler. It runs on any Linux with a POSIX shell and forks nothing, but where `forks` says so. */
export interface ReadyMade {
  help: string
  unit: string
  /** Plain sh, built-ins only: it prints one number, or the totals that `rate` is made of. */
  script: string
  /** Where it prints running totals: how many numbers, and the value they make of two readings. The first reading gives no sample. */
  rate?: { numbers: number; of: (before: readonly number[], after: readonly number[], elapsedMs: number) => number }
  /** No shell built-in can tell it, so that it costs the node one process a round. */
  forks?: true
}

/** A share of /proc/meminfo in per cent with one decimal: (total − free) / total. */
function memoryScript(total: string, free: string): string {
  return [
    't=0; f=0',
    `while read -r k v u; do case $k in ${total}:) t=$v;; ${free}:) f=$v;; esac; done </proc/meminfo`,
    'if [ "$t" -gt 0 ]; then p=$(( (t - f) * 1000 / t )); else p=0; fi',
    'echo "$((p / 10)).$((p % 10))"',
  ].join('\n')
}

/** One column of the first line of /proc/stat beside the sum of all: what proc(5) calls user … steal; guest is within user. */
function cpuScript(part: string): string {
  return `read -r c u n s i w q o t r </proc/stat\necho "${part} $((u + n + s + i + w + q + o + t))"`
}

/** Bytes of all interfaces but lo, from /proc/net/dev; a name may be glued to its first number. */
function netScript(column: 'r' | 't'): string {
  return [
    'sum=0',
    'while IFS=": " read -r name r p e d f o c m t rest; do',
    `case $name in lo|Inter-*|face*|"") ;; *) sum=$((sum + ${column}));; esac`,
    'done </proc/net/dev',
    'echo "$sum"',
  ].join('\n')
}

function share(before: readonly number[], after: readonly number[]): number {
  const total = (after[1] ?? 0) - (before[1] ?? 0)
  return total > 0 ? (100 * ((after[0] ?? 0) - (before[0] ?? 0))) / total : 0
}

function perSecond(before: readonly number[], after: readonly number[], elapsedMs: number): number {
  return elapsedMs > 0 ? (1_000 * ((after[0] ?? 0) - (before[0] ?? 0))) / elapsedMs : 0
}

/** All ready-made counters by name. Sources: proc(5), kernel Documentation/admin-guide/iostats. */
export const readyMade: Readonly<Record<string, ReadyMade>> = {
  load1: { help: 'Load average over one minute.', unit: '', script: 'read -r a b </proc/loadavg; echo "$a"' },
  load5: { help: 'Load average over five minutes.', unit: '', script: 'read -r a b c </proc/loadavg; echo "$b"' },
  load15: { help: 'Load average over fifteen minutes.', unit: '', script: 'read -r a b c d </proc/loadavg; echo "$c"' },
  'memory-used': {
    help: 'Memory that is neither free nor reclaimable.',
    unit: '%',
    script: memoryScript('MemTotal', 'MemAvailable'),
  },
  'swap-used': {
    help: 'Swap in use; 0 where there is none.',
    unit: '%',
    script: memoryScript('SwapTotal', 'SwapFree'),
  },
  'disk-used': {
    help: 'Space in use on the file system of /.',
    unit: '%',
    script: 'df -P / | { read -r h; read -r f b u a p m; echo "${p%\\%}"; }',
    forks: true,
  },
  'cpu-busy': {
    help: 'Time the processors were not idle.',
    unit: '%',
    script: cpuScript('$((u + n + s + q + o + t))'),
    rate: { numbers: 2, of: share },
  },
  'cpu-iowait': {
    help: 'Time the processors waited for disks.',
    unit: '%',
    script: cpuScript('$w'),
    rate: { numbers: 2, of: share },
  },
  'processes-running': {
    help: 'Processes that run or wait for a processor.',
    unit: '',
    script: 'read -r a b c d e </proc/loadavg; echo "${d%%/*}"',
  },
  processes: {
    help: 'Processes and threads there are.',
    unit: '',
    script: 'read -r a b c d e </proc/loadavg; echo "${d##*/}"',
  },
  'net-in': {
    help: 'Bytes received over all interfaces but lo.',
    unit: 'bytes/s',
    script: netScript('r'),
    rate: { numbers: 1, of: perSecond },
  },
  'net-out': {
    help: 'Bytes sent over all interfaces but lo.',
    unit: 'bytes/s',
    script: netScript('t'),
    rate: { numbers: 1, of: perSecond },
  },
  'tcp-established': {
    help: 'TCP sockets in use.',
    unit: '',
    script: 'while read -r k w n rest; do case $k in TCP:) echo "$n";; esac; done </proc/net/sockstat',
  },
  'open-files': {
    help: 'Open files of the whole machine.',
    unit: '',
    script: 'read -r a rest </proc/sys/fs/file-nr; echo "$a"',
  },
  uptime: { help: 'Seconds since the machine was started.', unit: 's', script: 'read -r a b </proc/uptime; echo "$a"' },
}
