import type { Command } from 'commander'
import type { Latest, Samples, Series } from '../../../wire/watching.ts'
import { exitCodes } from '../exit-code.ts'
import { durationOption, oneOfOption } from '../options.ts'
import type { Out } from '../out.ts'
import { pastTime } from '../past-time.ts'
import { short } from '../text.ts'
import { relative } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

interface SeriesOptions extends Common {
  cluster?: string
  node?: string
  jvm?: string
  counter?: string
  source?: string
}

/** `tscaler series`: the series there are, with their newest sample. */
export function seriesCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'series', 'List the series with their newest sample and hits.')
    .option('--cluster <name>', 'of this cluster')
    .option('--node <name>', 'of this node')
    .option('--jvm <name>', 'of JVMs with this profile')
    .option('--counter <name>', 'of this counter')
    .addOption(oneOfOption('--source <source>', 'from this source', ['ssh', 'jmx']))
  withCommon(command).action((options: SeriesOptions) =>
    attend(call, options, async ({ client, out, io }) => {
      const { cluster, node, jvm, counter, source } = options
      const series = await client.all<Series>('/series', { cluster, node, jvm, counter, source })
      out.answer(series, () => showSeries(out, series, io.clock.now()))
      return exitCodes.done
    }),
  )
}

function showSeries(out: Out, series: readonly Series[], now: number): void {
  if (series.length === 0) out.line('There are no series: no cluster here has both nodes and counters.')
  const rows = series.map(({ id, node, jvm, counter, unit, threshold, latest, hits }) => [
    id,
    jvm ? `${node.name} ${jvm.name}` : node.name,
    counter.name,
    latestText(latest, unit),
    latest === null ? '–' : relative(latest.at, now),
    threshold ?? '',
    hits === 0 ? '' : `${hits}`,
  ])
  out.table(['SERIES', 'NODE', 'COUNTER', 'NEWEST', 'WHEN', 'THRESHOLD', 'HITS'], rows)
}

/** `4.2 %`, or what failed; `–` where nothing has been taken yet. */
export function latestText(latest: Latest | null, unit = ''): string {
  if (latest === null) return '–'
  if ('failure' in latest) return short(`${latest.failure.kind}: ${latest.failure.text}`, 40)
  return `${latest.value}${unit === '' ? '' : ` ${unit}`}`
}

interface SamplesOptions extends Common {
  from: string
  to: string
  step?: string
}

/** `tscaler samples`: the samples of series. */
export function samplesCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'samples <series...>',
    'Print the samples of series, one a line: time, series, value or failure.',
  )
    .option('--from <time>', 'since when: a time, or how long ago', '15m')
    .option('--to <time>', 'until when: a time, or how long ago', '0s')
    .addOption(durationOption('--step <duration>', 'the least and the greatest of each such span'))
  command.addHelpText('after', '\nSeries are named by their ids, which `tscaler series` lists.')
  withCommon(command).action((series: string[], options: SamplesOptions) =>
    attend(call, options, async ({ client, out, io }) => {
      const now = io.clock.now()
      const [from, to] = [pastTime('--from', options.from, now), pastTime('--to', options.to, now)]
      const query = { series: series.join(','), from, to, step: options.step }
      const samples = await client.ask<Samples>({ path: '/samples', query })
      out.answer(samples, () => showSamples(out, samples))
      return exitCodes.done
    }),
  )
}

function showSamples(out: Out, { series }: Samples): void {
  const rows = series.flatMap(({ id, times, values, failures }) => [
    ...times.map((at, index) => ({ at, cells: [id, `${values[index]}`] })),
    ...failures.map(({ at, kind, text }) => ({ at, cells: [id, short(`${kind}: ${text}`, 80)] })),
  ])
  if (rows.length === 0) out.line('No samples in that time.')
  rows.sort((a, b) => a.at - b.at)
  out.table(
    ['TIME', 'SERIES', 'VALUE'],
    rows.map(({ at, cells }) => [new Date(at).toISOString(), ...cells]),
  )
}
