import type { Launch } from '../../model/launch.ts'
import type { Node } from '../../model/node.ts'
import type { Machine, RoundAnswer, SshAccess } from '../../reach/machine.ts'
import { type Attempt, TaskFailed } from '../action.ts'
import type { MachineMeans, Origin } from './means.ts'
import { changeNode } from './node-book.ts'
import { patiently, until } from './patiently.ts'

/** One login with its script: a machine that boots is slow. */
const limits = { deadlineMs: 25_000, scriptLimitMs: 20_000 }

/** Keys of this kind are preferred where a machine has several: short, and quick to check. */
const preferred = 'ssh-ed25519 '

/**
 * Logs in to a machine that has just been started, and pins its host key. A key from the console is only the machine's own; one that was
 * injected has been seen by whoever reads user data, so it is replaced by one that the machine makes itself. Gives the node as it is then.
 */
export async function firstLogin(
  attempt: Attempt,
  means: MachineMeans,
  origin: Origin,
  { launch, node }: { launch: Launch & { vmId: string }; node: Node },
): Promise<Node> {
  if (launch.hostKey === null) return byConsole(attempt, means, origin, { vmId: launch.vmId, node })
  return byInjectedKey(attempt, means, node, launch.hostKey)
}

async function byConsole(
  attempt: Attempt,
  means: MachineMeans,
  { cloud }: Origin,
  { vmId, node }: { vmId: string; node: Node },
): Promise<Node> {
  let pinned = node
  if (node.hostKey === null) {
    attempt.log(`waits for the host key of ${node.name} on its console`, 'note')
    const keys = await until(attempt, async () => {
      const found = await patiently(attempt, (signal) => cloud.hostKeys(vmId, signal))
      return found !== null && found.length > 0 ? found : undefined
    })
    const hostKey = keys.find((key) => key.startsWith(preferred)) ?? keys[0] ?? ''
    pinned = await changeNode(means, node.id, { hostKey })
  }
  await withLogin(attempt, means, pinned, pinned.hostKey ?? '', async () => {})
  return pinned
}

/** In two parts: the new key is pinned before it is in force, so that no crash leaves a key that nobody knows. */
async function byInjectedKey(attempt: Attempt, means: MachineMeans, node: Node, injected: string): Promise<Node> {
  if (node.hostKey !== null && (await answersWith(attempt, means, node, node.hostKey))) return node
  const pinned = await withLogin(attempt, means, node, injected, async (machine) => {
    const made = textOf(node, await oneAnswer(machine, makeKey))
    const changed = await changeNode(means, node.id, { hostKey: made })
    textOf(node, await oneAnswer(machine, useKey))
    attempt.log(`${node.name} has a host key of its own now`, 'note')
    return changed
  })
  await withLogin(attempt, means, pinned, pinned.hostKey ?? '', async () => {})
  return pinned
}

/** Tries until the machine lets in, with a connection of its own each time: one that failed backs off longer than a boot takes. */
async function withLogin<Result>(
  attempt: Attempt,
  means: MachineMeans,
  node: Node,
  hostKey: string,
  work: (machine: Machine) => Promise<Result>,
): Promise<Result> {
  let said = ''
  const done = await until(attempt, async () => {
    const machine = means.reach.visit(await accessWith(means, node, hostKey))
    try {
      const answer = await oneAnswer(machine, 'true')
      if (answer.kind === 'output') return { result: await work(machine) }
      if (said !== answer.text) attempt.log(`not yet: ${answer.text}`, 'note')
      said = answer.text
      return undefined
    } finally {
      machine.close()
    }
  })
  return done.result
}

async function answersWith(attempt: Attempt, means: MachineMeans, node: Node, hostKey: string): Promise<boolean> {
  const machine = means.reach.visit(await accessWith(means, node, hostKey))
  try {
    const answer = await oneAnswer(machine, 'true')
    if (answer.kind === 'failure')
      attempt.log(`${node.name} has not taken its new host key yet: ${answer.text}`, 'note')
    return answer.kind === 'output'
  } finally {
    machine.close()
  }
}

async function accessWith({ accessOf }: MachineMeans, node: Node, hostKey: string): Promise<SshAccess> {
  const access = await accessOf(node.id)
  if (!access)
    throw new TaskFailed(`there is no way to log in to ${node.name}: name an SSH profile`, { retryable: false })
  return { ...access, hostKey, hostKeys: 'strict', knownHosts: null, stopped: false }
}

async function oneAnswer(machine: Machine, script: string): Promise<RoundAnswer> {
  const [answer] = await machine.round([{ key: 1, script }], limits)
  return answer ?? { kind: 'failure', failure: 'internal', text: 'no answer' }
}

function textOf(node: Node, answer: RoundAnswer): string {
  if (answer.kind === 'output' && answer.exitCode === 0) return answer.stdout.trim()
  const why = answer.kind === 'failure' ? answer.text : answer.stderr.trim() || `exit code ${answer.exitCode}`
  const advice = 'Replacing it needs root or sudo without a password; or set hostKeyFrom: console.'
  throw new TaskFailed(`the injected host key of ${node.name} could not be replaced: ${why}. ${advice}`, {
    retryable: true,
  })
}

const asRoot = 'run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }'
const key = '/etc/ssh/ssh_host_ed25519_key'

/** Done again it gives the same key. */
const makeKey = `set -e
${asRoot}
run test -f ${key}.tscaler.pub || run ssh-keygen -q -t ed25519 -N '' -C '' -f ${key}.tscaler
run cat ${key}.tscaler.pub`

/** The public half goes last: as long as it is there the work is not done. */
const useKey = `set -e
${asRoot}
if run test -f ${key}.tscaler; then run mv -f ${key}.tscaler ${key}; fi
run cp -f ${key}.tscaler.pub ${key}.pub
if command -v systemctl >/dev/null 2>&1 && { run systemctl reload ssh || run systemctl reload sshd; } >/dev/null 2>&1; then :
else run kill -HUP "$(cat /run/sshd.pid 2>/dev/null || pgrep -o -x sshd)"; fi
run rm -f ${key}.tscaler.pub`
