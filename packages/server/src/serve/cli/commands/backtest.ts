import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { Backtest, BacktestBody, BacktestResult } from '../../../wire/backtest.ts'
import { settable, settingsOf, sweepOf } from '../backtest-settings.ts'
import { apiPath } from '../client.ts'
import { inFolder, readFile } from '../document-file/outside.ts'
import { exitCodes } from '../exit-code.ts'
import type { Out } from '../out.ts'
import { pastTime } from '../past-time.ts'
import { readSampleFile } from '../sample-file.ts'
import { count, short } from '../text.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

interface BacktestOptions extends Common {
  from?: string
  to?: string
  samples?: string
  set?: string[]
  compare?: string[]
  sweep?: string[]
  price?: string
  nodes?: string
  runLength?: string
}

/** The server takes 4 MiB as JSON, which is a little longer than the CSV. */
const fileBytesMax = 4 * 1_048_576
const firesShown = 40 // a screen

/** `tscaler backtest`: when a trigger would have fired. */
export function backtestCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'backtest <trigger>',
    'Say when a trigger would have fired over recorded samples, and what would have come of it.',
  )
    .option('--from <time>', 'since when: a time, or how long ago (default: a day before the end)')
    .option('--to <time>', 'until when: a time, or how long ago (default: now)')
    .option('--samples <file>', 'a CSV of samples in place of the recorded ones')
    .option('--set <field=value...>', 'with other settings than it has')
    .option('--compare <field=value...>', 'beside it, with these settings')
    .option('--sweep <field=values...>', 'a table over thresholds and Timings, such as threshold=3,4,5 timing=2m,5m')
    .option('--price <number>', 'what a node costs an hour')
    .option('--nodes <n>', 'nodes at the begin (default: as recorded)')
    .option('--run-length <duration>', 'how long a run takes (default: as its past runs took)')
  command.addHelpText('after', footer)
  withCommon(command).action((trigger: string, options: BacktestOptions) =>
    attend(call, options, async (work) => {
      const request = {
        method: 'POST',
        path: apiPath('/triggers/{}/backtest', trigger),
        body: bodyOf(work, options),
      } as const
      const backtest = await work.client.ask<Backtest>(request)
      work.out.answer(backtest, () => show(work.out, backtest))
      return exitCodes.done
    }),
  )
}

const footer = `
Fields to set: ${settable}.
A threshold is a number, or a comparison and a number ("> 5"); a Timing is in minutes, or a
duration.

The CSV has a first line that names its columns: time (ISO 8601 or epoch ms), node or series,
value (empty: it failed), and counter where the trigger has several.`

function bodyOf({ io }: Work, options: BacktestOptions): BacktestBody {
  const now = io.clock.now()
  const { from, to, samples, set, compare, sweep, price, nodes, runLength } = options
  return {
    ...(from === undefined ? {} : { from: new Date(pastTime('--from', from, now)).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(pastTime('--to', to, now)).toISOString() }),
    ...(set ? { set: settingsOf('--set', set) } : {}),
    ...(compare ? { compare: settingsOf('--compare', compare) } : {}),
    ...(sweep ? { sweep: sweepOf('--sweep', sweep) } : {}),
    ...(price === undefined ? {} : { pricePerHour: numberOf('--price', price) }),
    ...(nodes === undefined ? {} : { nodes: numberOf('--nodes', nodes) }),
    ...(runLength === undefined ? {} : { runLength }),
    ...(samples === undefined ? {} : { samples: samplesOf(io, samples) }),
  }
}

function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (text !== '' && Number.isFinite(number) && number >= 0) return number
  throw new TscalerError('wrong-usage', `${option}: got ${JSON.stringify(text)}, expected a number, 0 or more.`)
}

function samplesOf({ cwd, environment }: Work['io'], name: string): BacktestBody['samples'] {
  const file = inFolder(cwd, name, environment.HOME)
  const read = readFile(file, fileBytesMax)
  if ('message' in read) throw new TscalerError('bad-input', `--samples: ${read.message}`)
  return readSampleFile(read.text, name)
}

function show(out: Out, backtest: Backtest): void {
  const { trigger, from, to, samples, failures, result, compare, sweep, notes } = backtest
  out.line(
    `Trigger ${trigger.name} from ${from} to ${to}: ${count(samples, 'sample')}, ${failures} of them failures.`,
    'strong',
  )
  showResult(out, backtest, result)
  if (compare) {
    out.line()
    showResult(out, backtest, compare)
  }
  if (sweep) showSweep(out, sweep)
  out.line()
  for (const note of notes) out.line(note, 'faint')
  out.line(
    `Not asked, as nobody can know them of the past: ${backtest.notAsked.map(({ guard }) => guard).join(', ')}.`,
    'faint',
  )
}

function showResult(out: Out, { change }: Backtest, result: BacktestResult): void {
  out.line(`With ${settingsText(result)}: it would have fired ${count(result.fires, 'time')}.`)
  const fires = result.marks.filter(({ kind }) => kind === 'fired')
  const rows = fires
    .slice(0, firesShown)
    .map(({ at, node, jvm, counter, value, hits, nodes, reason }) => [
      new Date(at).toISOString(),
      node === null ? 'whole cluster' : [node.name, jvm?.name].filter(Boolean).join(' '),
      counter.name,
      value === null ? '–' : `${value}`,
      `${hits}`,
      change.added + change.removed === 0 ? '' : `${nodes}`,
      short(reason, 80),
    ])
  out.table(['WHEN', 'NODE', 'COUNTER', 'VALUE', 'HITS', 'NODES', 'WHY'], rows)
  if (result.fires > rows.length) out.line(`… and ${result.fires - rows.length} more.`)
  const held = Object.entries(result.refusedBy).map(([guard, times]) => `${guard} ${count(times, 'time')}`)
  if (held.length > 0) out.line(`Held back by ${held.join(', ')}.`)
  if (change.added + change.removed > 0) out.line(sizeText(result))
}

function settingsText({ settings }: BacktestResult): string {
  const { thresholds, timing, aggregate } = settings
  const counters = Object.entries(thresholds).map(([name, threshold]) => `${name} ${threshold}`)
  const over = aggregate === null || aggregate === 'any' ? '' : `${aggregate} of `
  return `${over}${counters.join(' or ')} for ${typeof timing === 'number' ? `${timing}m` : timing}`
}

function sizeText({ nodes, nodeHours, cost, costUnchanged }: BacktestResult): string {
  const price = cost === null ? '' : `, ${cost} in place of ${costUnchanged}`
  return `Nodes: ${nodes.start} at the begin, ${nodes.end} at the end, ${nodes.least} to ${nodes.most} between; ${nodeHours} node-hours${price}.`
}

function showSweep(out: Out, sweep: NonNullable<Backtest['sweep']>): void {
  out.line()
  out.table(
    ['THRESHOLD', 'TIMING', 'FIRES', 'HELD BACK', 'MOST NODES', 'FIRST'],
    sweep.map(({ threshold, timing, fires, refused, mostNodes, firstAt }) => [
      threshold ?? '',
      timing === null ? '' : typeof timing === 'number' ? `${timing}m` : timing,
      `${fires}`,
      `${refused}`,
      `${mostNodes}`,
      firstAt === null ? '–' : new Date(firstAt).toISOString(),
    ]),
  )
}
