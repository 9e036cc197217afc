import { execFileSync } from 'node:child_process'

/**
 * Words that run the command after them in a mount namespace of its own, or undefined where this is refused. As root
 * it is a plain one; a plain user gets it inside a user namespace in which it keeps its id.
 */
export function ownMounts(): readonly string[] | undefined {
  probed ??= { prefix: probe(isRoot() ? AS_ROOT : AS_USER) }
  return probed.prefix
}

/** True when this process may make mount namespaces: as root nearly always, else where user namespaces are allowed. */
export function canIsolate(): boolean {
  return ownMounts() !== undefined
}

/** True when nodes can be machines with own network, process ids and files: root, ip and unshare, overlay mounts. */
export function canMakeMachines(): boolean {
  if (!isRoot()) return false
  machines ??= succeeds('unshare', [...MACHINE, '/bin/sh', '-ec', TRY_OVERLAY]) && succeeds('ip', ['netns', 'list'])
  return machines
}

/** True as uid 0, also inside a container. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Words after `unshare` that make everything of a machine its own. The machine dies with the unshare process. */
export const MACHINE = ['--mount', '--uts', '--pid', '--net', '--ipc', '--fork', '--kill-child=KILL'] as const

// "slave" lets the machine's unmounts through, so that a node does not keep other tests' mounts alive.
const AS_ROOT = ['unshare', '--mount', '--propagation', 'slave'] as const
const AS_USER = ['unshare', '--user', '--map-current-user', '--keep-caps', '--mount'] as const
const TRY_OVERLAY =
  'mount -t tmpfs tmpfs /mnt; cd /mnt; mkdir up wk root; mount -t overlay overlay -o lowerdir=/,upperdir=up,workdir=wk root'

let probed: { prefix: readonly string[] | undefined } | undefined
let machines: boolean | undefined

function probe(prefix: readonly [string, ...string[]]): readonly string[] | undefined {
  const [program, ...words] = prefix
  // A mount over itself, in the namespace only: some boxes allow unshare and refuse mount.
  return succeeds(program, [...words, 'mount', '--bind', '/etc/passwd', '/etc/passwd']) ? prefix : undefined
}

function succeeds(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
