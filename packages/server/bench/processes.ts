import { readFileSync } from 'node:fs'

/** proc(5) counts in ticks of USER_HZ, which is 100 on every Linux that Node runs on. */
const ticksPerSecond = 100

/**
 * Processor time of these processes and of all their children that have ended, in seconds (user and system). A process that
 * has ended meanwhile counts nothing: its parent, if it is among them, has its time.
 */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / ticksPerSecond
}

function ticksOf(pid: number): number {
  // proc(5): fields 14 to 17 are utime, stime, cutime, cstime; what comes before "state" (3) may hold blanks.
  const fields = (read(`/proc/${pid}/stat`) ?? '').replace(/^.*\) /s, '').split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)
}

/** A process's memory in MB (10⁶ bytes): all that is resident, and its share where pages are shared (PSS). */
export function memoryMbOf(pid: number): { rssMb: number; pssMb: number } {
  const text = read(`/proc/${pid}/smaps_rollup`)
  if (text === undefined) throw new Error(`/proc/${pid}/smaps_rollup can't be read: a bench needs Linux 4.14 or newer.`)
  return { rssMb: mbOf(text, 'Rss'), pssMb: mbOf(text, 'Pss') }
}

function mbOf(text: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
  return (Number(kib) * 1_024) / 1e6
}

/** A process and all that descends from it. */
export function treeOf(root: number): number[] {
  const found = [root]
  for (const pid of found) {
    const children = read(`/proc/${pid}/task/${pid}/children`) ?? ''
    found.push(...children.split(' ').filter(Boolean).map(Number))
  }
  return found
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // it has ended meanwhile
  }
}
