import type { Command } from 'commander'
import { runStates } from '../../../model/run.ts'
import type { Run } from '../../../wire/runs.ts'
import { apiPath } from '../client.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { followRun } from '../follow-run.ts'
import { followRuns } from '../follow-runs.ts'
import { numberOption, oneOfOption } from '../options.ts'
import { idOf } from '../reference.ts'
import { lineText, newLines, type PlacedLine, SeenLines } from '../run-log.ts'
import { runOutcome, showRun, showRuns } from '../run-text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

interface RunsOptions extends Common {
  follow?: boolean
  log?: boolean
  trigger?: string
  cluster?: string
  state?: string
  limit: number
}

const limitDefault = 20 // a screen
const limitMax = 1_000 // the server's largest page

/** `tscaler runs`: the newest runs, or one with its steps and log. */
export function runsCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'runs [id]', 'List the newest runs, or show one: its steps, tasks and log.')
    .option('--follow', 'show states as they come, of one run with its log until it ends; ends with 1 where that fails')
    .option('--log', 'with an id: also print its log')
    .option('--trigger <name>', 'runs of this trigger')
    .option('--cluster <name>', 'runs on this cluster')
    .addOption(oneOfOption('--state <state>', 'runs in this state', runStates))
    .addOption(numberOption('--limit <n>', 'how many at most', { min: 1, max: limitMax }).default(limitDefault))
  withCommon(command).action((id: string | undefined, options: RunsOptions) =>
    attend(call, options, (work) => (id === undefined ? list(work, options) : one(work, idOf(id, 'The run'), options))),
  )
}

async function list(work: Work, { trigger, cluster, state, limit, follow }: RunsOptions): Promise<ExitCode> {
  const { client, out, io } = work
  if (follow) return followRuns(work)
  const page = await client.ask<{ items: Run[] }>({ path: '/runs', query: { trigger, cluster, state, limit } })
  out.answer(page.items, () => showRuns(out, page.items, io.clock.now()))
  return exitCodes.done
}

async function one(work: Work, id: number, { follow, log }: RunsOptions): Promise<ExitCode> {
  if (follow) return runOutcome(await followRun(work, id))
  const { client, out, io } = work
  const run = await client.ask<Run>({ path: apiPath('/runs/{}', id) })
  const lines: PlacedLine[] = []
  if (log) for await (const line of newLines(client, run, new SeenLines())) lines.push(line)
  out.answer(log ? { ...run, log: lines } : run, () => {
    showRun(out, run, io.clock.now())
    for (const line of lines) out.line(lineText(run, line))
  })
  return exitCodes.done
}
