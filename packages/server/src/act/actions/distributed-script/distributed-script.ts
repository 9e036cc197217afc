import type { Machine, SshAccess } from '../../../reach/machine.ts'
import { type ActionKind, type Attempt, type TargetNode, TaskFailed } from '../../action.ts'
import { splitWords } from '../../words.ts'
import { argvScript } from '../argv-script.ts'
import { followDetached, probeDetached, runDetached } from '../detached.ts'
import { environmentOf } from '../environment.ts'
import { eachTargetFields } from '../fields.ts'
import { serverOf } from '../server-command/server-command.ts'
import { fabFiles, fabWords } from './fab.ts'

/** A Fabric fabfile, run from tscaler's machine against each target: one `fab` per host, host keys checked. */
export function distributedScript(means: {
  server: Machine | null
  accessOf(nodeId: number): Promise<SshAccess | undefined>
}): ActionKind {
  return {
    id: 'distributedScript',
    summary: "Runs a Fabric fabfile from tscaler's own machine against each target. Needs TSCALER_SERVER_COMMANDS=on.",
    effect: 'none',
    per: 'each',
    onServer: true,
    slow: false,
    fields: {
      fabfile: {
        kind: 'text',
        help: 'Python for Fabric 2 or later. Values are in TSCALER_… of its environment.',
        lines: 15,
      },
      commandLine: {
        kind: 'text',
        help: "fab's tasks with their options, such as: deploy --env live. Split into words as sh does; no shell reads them.",
        maxLength: 4_000,
      },
      ...eachTargetFields,
    },
    plan: ({ commandLine }, target) => `run fab ${String(commandLine)} against ${target?.name ?? 'no node'}`,
    async run(attempt) {
      const server = serverOf(means.server)
      const node = nodeOf(attempt)
      const access = await trusted(attempt, means, node)
      const words = splitWords(String(attempt.fields.commandLine))
      if (!words.ok) throw new TaskFailed(`the command line ${words.message}`, { retryable: false })
      const files = fabFiles(node.name, access, String(attempt.fields.fabfile))
      const env = {
        ...environmentOf(attempt),
        ...pythonEnv,
        ...(access.agent === null ? {} : { SSH_AUTH_SOCK: access.agent }),
      }
      await runDetached(attempt, server, argvScript({ argv: fabWords(node.name, access, words.words), env, files }))
    },
    probe: async (attempt) => probeDetached(attempt, serverOf(means.server)),
    resume: async (attempt) => followDetached(attempt, serverOf(means.server)),
    forget: async ({ folder }) => means.server?.forgetDetached(folder),
  }
}

// Lines as they come, and nothing of anybody's home folder: Fabric would read ~/.ssh/config and ~/.fabric.yaml there.
const pythonEnv = { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', HOME: '/nonexistent' }

function nodeOf({ node }: Attempt): TargetNode {
  if (node) return node
  throw new TaskFailed('there is no node to run the fabfile against: aim it at one', { retryable: false })
}

/** The node's login with a key to hold it against. Where the first one may be accepted, tscaler's own connection does that before. */
async function trusted(
  { machine }: Attempt,
  { accessOf }: { accessOf(nodeId: number): Promise<SshAccess | undefined> },
  { id, name }: TargetNode,
): Promise<SshAccess> {
  let access = await accessOf(id)
  if (access && access.hostKey === null && access.hostKeys === 'accept-new' && !access.stopped) {
    await machine?.check()
    access = await accessOf(id)
  }
  if (!access) throw new TaskFailed(`there is no way to reach ${name}: give it an SSH profile`, { retryable: false })
  if (access.stopped)
    throw new TaskFailed(`${name} shows another host key than the pinned one; all work on it is stopped`, {
      retryable: false,
    })
  if (access.hostKey === null && access.knownHosts === null)
    throw new TaskFailed(`the host key of ${name} is not known: confirm it on the node's page`, { retryable: false })
  return access
}
