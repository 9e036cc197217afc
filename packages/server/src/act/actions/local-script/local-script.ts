import type { ActionKind } from '../../action.ts'
import { followDetached, probeDetached, runDetached } from '../detached.ts'
import { environmentOf } from '../environment.ts'
import { eachTargetFields } from '../fields.ts'
import { machineOf } from '../machine-of.ts'

/** A shell script, run on each target (local to it), over SSH, started detached. */
export const localScript: ActionKind = {
  id: 'localScript',
  summary: 'Runs a shell script on each target, over SSH.',
  effect: 'none',
  per: 'each',
  onServer: false,
  slow: false,
  fields: {
    script: {
      kind: 'text',
      help: 'Plain sh; exit code 0 is success. Values are in TSCALER_… of its environment.',
      lines: 12,
    },
    sudo: { kind: 'flag', help: 'Run it as root, by sudo without a password.', default: false },
    ...eachTargetFields,
  },
  plan: ({ script, sudo }, target) =>
    `run ${firstLine(String(script))}${sudo === true ? ' as root' : ''} on ${target?.name ?? 'no node'}`,
  run(attempt) {
    const { script, sudo } = attempt.fields
    return runDetached(attempt, machineOf(attempt, work), {
      script: String(script),
      sudo: sudo === true,
      env: environmentOf(attempt),
    })
  },
  probe: async (attempt) => probeDetached(attempt, machineOf(attempt, work)),
  resume: async (attempt) => followDetached(attempt, machineOf(attempt, work)),
  forget: async ({ machine, folder }) => machine?.forgetDetached(folder),
}

const work = 'run the script on'

const shownLengthMax = 60

function firstLine(script: string): string {
  const [line = '', ...rest] = script.trim().split('\n')
  const shown = line.length > shownLengthMax ? `${line.slice(0, shownLengthMax - 1)}…` : line
  return `\`${shown}\`${rest.length > 0 ? ` (${rest.length + 1} lines)` : ''}`
}
