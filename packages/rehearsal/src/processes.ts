import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * How the processes of one node are told from all others: they descend from `root`, or carry `tag` (NAME=value) in
 * their environment, or live in the mount namespace `namespace` (the text of the link /proc/PID/ns/mnt). The last two
 * also find what was detached from its parent. `namespace` must be one we hold (`holdNamespace`); `root` is undefined once that
 * process has ended, since its id may then belong to a stranger.
 */
export interface ProcessMark {
  root: number | undefined
  tag: string
  namespace?: string
}

/** Ids of the living processes of a node, zombies left out. Never has our own id. */
export function processesOf(mark: ProcessMark): number[] {
  const all = readProcesses()
  const found = new Set(mark.root === undefined ? [] : [mark.root])
  // Parents may have higher ids than their children, so one pass is not enough; each pass adds one generation or ends.
  for (let before = 0; before < found.size; ) {
    before = found.size
    for (const { id, parent } of all) if (found.has(parent)) found.add(id)
  }
  return all.filter(({ id }) => id !== process.pid && (found.has(id) || isMarked(id, mark))).map(({ id }) => id)
}

/** The text of /proc/ID/ns/mnt, undefined when the process is gone or not ours to see. */
export function mountNamespaceOf(id: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${id}/ns/mnt`)
  } catch {
    return undefined
  }
}

/** A mount namespace that lives on until `release()`, even when no process is left in it. */
export interface HeldNamespace {
  name: string
  release(): void
}

/**
 * Keeps the mount namespace of a process alive, undefined when it is our own one or the process is gone. Who kills by a
 * namespace must hold it: the kernel gives the number of a dead one to the next that is made, which may be a stranger's.
 */
export function holdNamespace(id: number): HeldNamespace | undefined {
  try {
    const descriptor = openSync(`/proc/${id}/ns/mnt`, 'r')
    const name = mountNamespaceOf(id)
    if (name !== undefined && name !== mountNamespaceOf('self')) return { name, release: () => closeSync(descriptor) }
    closeSync(descriptor)
    return undefined
  } catch {
    return undefined
  }
}

/** Sends a signal to each process of a node, and again to those that were born meanwhile. */
export function signalAll(mark: ProcessMark, signal: NodeJS.Signals): void {
  const reached = new Set<number>()
  // A forking process can outrun a listing; five rounds without an end would be a fork bomb, which SIGKILL handles.
  for (let round = 0; round < 5; round += 1) {
    const fresh = processesOf(mark).filter((id) => !reached.has(id))
    if (fresh.length === 0) return
    for (const id of fresh) {
      reached.add(id)
      signalOne(id, signal)
    }
  }
}

const KILL_ROUNDS_MAX = 600 // × 5 ms = 3 s: a process that survives SIGKILL that long hangs in the kernel

/** Kills all processes of a node and gives back when none is left. Throws, naming them, when some stay after 3 s. */
export async function killAll(mark: ProcessMark): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS_MAX; round += 1) {
    const left = processesOf(mark)
    if (left.length === 0) return
    for (const id of left) signalOne(id, 'SIGKILL')
    await pause(5)
  }
  throw new Error(`Processes ${processesOf(mark).join(', ')} of a node survive SIGKILL: look at them with ps.`)
}

function isMarked(id: number, mark: ProcessMark): boolean {
  if (mark.namespace !== undefined && mountNamespaceOf(id) === mark.namespace) return true
  return `\0${readText(`/proc/${id}/environ`)}\0`.includes(`\0${mark.tag}\0`)
}

function signalOne(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal)
  } catch {
    // It ended between listing and signal, which is what a kill wants anyway.
  }
}

function readProcesses(): { id: number; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // proc(5): "pid (comm) state ppid …", where comm may hold blanks and parentheses.
      const [state, parent] = readText(`/proc/${name}/stat`)
        .replace(/^.*\) /s, '')
        .split(' ')
      return state === undefined || parent === undefined || state === 'Z'
        ? []
        : [{ id: Number(name), parent: Number(parent) }]
    })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
