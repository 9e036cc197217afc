import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { ExecuteBody, Plan, Run } from '../../../wire/runs.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { followRun } from '../follow-run.ts'
import { referenceOf } from '../reference.ts'
import { runOutcome, runTitle, showRunPlan } from '../run-text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

interface RunOptions extends Common {
  cluster?: string
  node?: string[]
  dryRun?: boolean
  preview?: boolean
  follow?: boolean
  force?: boolean
  reason?: string
}

/** `tscaler run trigger|action`: starts a trigger's actions, or one action, by hand. */
export function runCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'run', "Start a trigger's actions, or one action, by hand.")
  kindCommand(group, call, {
    kind: 'trigger',
    path: '/triggers/{}/execute',
    description: 'Start the actions of a trigger, whatever its counters say.',
  })
  kindCommand(group, call, { kind: 'action', path: '/actions/{}/execute', description: 'Start one action.' })
}

function kindCommand(
  group: Command,
  call: Call,
  { kind, path, description }: { kind: string; path: string; description: string },
): void {
  const command = addCommand(group, `${kind} <name>`, description)
    .option(
      '--cluster <name>',
      kind === 'trigger'
        ? "the trigger's cluster, to make sure that it is the one you mean"
        : 'the cluster to run it on',
    )
    .option('--node <names...>', 'these nodes in place of the whole cluster')
    .option('--dry-run', 'show the plan of the run, start nothing; ends with 3 where a guard would refuse it')
    .option('--preview', 'with --dry-run: ask the nodes what would change, where the action can tell (osConfiguration)')
    .option('--follow', 'show its log until it ends; ends with 1 where the run fails')
    .option('--force', 'min, max and the blast radius yield (admin, with --reason)')
    .option('--reason <text>', 'why; kept in the audit trail')
  withCommon(command).action((name: string, options: RunOptions) =>
    attend(call, options, (work) => start(work, { path: apiPath(path, name), options })),
  )
}

async function start(work: Work, { path, options }: { path: string; options: RunOptions }): Promise<ExitCode> {
  if (options.preview && !options.dryRun)
    throw new TscalerError(
      'wrong-usage',
      '--preview goes with --dry-run: it shows what would change, and starts nothing.',
    )
  if (options.force && options.reason === undefined)
    throw new TscalerError('wrong-usage', '--force needs --reason: why the guards are to yield.')
  const answer = await work.client.ask<Plan | Run>({ method: 'POST', path, body: bodyOf(options) })
  if (!('id' in answer)) {
    work.out.answer(answer, () => showRunPlan(work.out, answer, work.io.clock.now()))
    return answer.refusal === null ? exitCodes.done : exitCodes.refused
  }
  if (options.follow) return runOutcome(await followRun(work, answer.id))
  work.out.answer(answer, () => {
    work.out.line(`${runTitle(answer)} began.`, 'good')
    work.out.line(`Follow it: tscaler runs ${answer.id} --follow`)
  })
  return exitCodes.done
}

function bodyOf({ cluster, node, dryRun, preview, force, reason }: RunOptions): ExecuteBody {
  return {
    ...(cluster === undefined ? {} : { cluster: referenceOf(cluster) }),
    ...(node === undefined
      ? {}
      : {
          nodes: node
            .flatMap((names) => names.split(','))
            .filter(Boolean)
            .map(referenceOf),
        }),
    ...(dryRun ? { dryRun } : {}),
    ...(preview ? { preview } : {}),
    ...(force ? { force } : {}),
    ...(reason === undefined ? {} : { reason }),
  }
}
