import type { Machine } from '../../../reach/machine.ts'
import { type ActionKind, type Attempt, TaskFailed } from '../../action.ts'
import { argvScript } from '../argv-script.ts'
import { followDetached, probeDetached, runDetached } from '../detached.ts'
import { environmentOf } from '../environment.ts'
import { eachTargetFields } from '../fields.ts'

/** A command on tscaler's own machine, once per target. `server` runs as the user for server commands; null: they are off. */
export function serverCommand({ server }: { server: Machine | null }): ActionKind {
  return {
    id: 'serverCommand',
    summary: "Runs a command on tscaler's own machine, once per target. Needs TSCALER_SERVER_COMMANDS=on.",
    effect: 'none',
    per: 'each',
    onServer: true,
    slow: false,
    fields: {
      command: {
        kind: 'list',
        help: 'The program and its arguments, each one item; no shell reads them.',
        minItems: 1,
        maxItems: 200,
      },
      ...eachTargetFields,
    },
    plan: ({ command }, target) =>
      `run ${wordsOf(command).map(shown).join(' ')} on tscaler's own machine${target ? ` for ${target.name}` : ''}`,
    run: async (attempt) =>
      runDetached(
        attempt,
        serverOf(server),
        argvScript({ argv: wordsOf(attempt.fields.command), env: environmentOf(attempt) }),
      ),
    probe: async (attempt) => probeDetached(attempt, serverOf(server)),
    resume: async (attempt) => followDetached(attempt, serverOf(server)),
    forget: async ({ folder }: Attempt) => server?.forgetDetached(folder),
  }
}

/** The machine for server commands, where they are on. */
export function serverOf(server: Machine | null): Machine {
  if (server) return server
  throw new TaskFailed("commands on tscaler's own machine are off. Set TSCALER_SERVER_COMMANDS=on.", {
    retryable: false,
  })
}

function wordsOf(command: unknown): string[] {
  return Array.isArray(command) ? command.map(String) : []
}

function shown(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)
}
