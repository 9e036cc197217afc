import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { ProcessMark } from './processes.ts'

/**
 * Remembers what must be gone when this process is gone, however it goes (also by SIGKILL or a test runner's time-out):
 * the processes of `mark` are then killed, `folder` is removed, and so is a network namespace with the folder's name. Call the answer once you have cleaned up yourself.
 */
export function reapAtExit(mark: ProcessMark, folder: string): () => void {
  kept.set(folder, mark)
  tell()
  return () => {
    if (kept.delete(folder)) tell()
  }
}

/** Lets this process end by itself while the child still runs (the reaper then ends it). */
export function letGo(child: ChildProcess): void {
  child.unref()
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref()
}

const kept = new Map<string, ProcessMark>()
let reaper: ChildProcess | undefined

// A shell waits for the end of our pipe. Each line is the whole list and the last one counts, because a namespace's
// number may be given to a stranger once its node is stopped. For that reason, too, all are stopped first and killed by
// the last look: what is born between two looks is caught, and nothing is looked for once the namespace may be gone.
// Fields of the list: namespace or "-", tag, folder; divided by tabs.
// Without a namespace the sshd itself is found by its configuration's path: it writes its title over its environment.
const SCRIPT = `
trap '' INT TERM HUP
list=
while IFS= read -r line; do list=$line; done
IFS='\t'
set -f
set -- $list
set +f
while [ $# -ge 3 ]; do
  for signal in STOP STOP KILL; do
    if [ "$1" = - ]; then found=$({
      grep -lzaxF -e "$2" /proc/[0-9]*/environ
      grep -lzaF -e "$3/" /proc/[0-9]*/cmdline
    } 2>/dev/null | cut -d/ -f3 | tr '\\n' '\\t')
    else found=$(find /proc/[0-9]*/ns/mnt -maxdepth 0 -lname "mnt:?$1?" 2>/dev/null | cut -d/ -f3 | tr '\\n' '\\t')
    fi
    [ -n "$found" ] && kill -s $signal $found
  done
  name=$(basename "$3")
  [ -e "/run/netns/$name" ] && ip netns del "$name"
  rm -rf -- "$3"
  shift 3
done
`

function tell(): void {
  reaper ??= startReaper()
  const fields = [...kept].map(([folder, { namespace, tag }]) => [namespace?.replace(/\D/g, '') ?? '-', tag, folder])
  reaper.stdin?.write(`${fields.flat().join('\t')}\n`)
}

function startReaper(): ChildProcess {
  // detached: a Ctrl-C at the terminal goes to our whole process group and must not end the reaper before us.
  const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: {} })
  child.stdin?.on('error', () => {})
  letGo(child)
  return child
}
