import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { PauseBody, ResumeBody } from '../../../wire/watching.ts'
import { exitCodes } from '../exit-code.ts'
import { durationOption } from '../options.ts'
import { referenceOf } from '../reference.ts'
import { absolute, parseInstant } from '../when.ts'
import { addCommand, attend, type Call, type Common, withCommon } from '../work.ts'

/** `tscaler stop-all`: the red stop. */
export function stopAllCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'stop-all',
    'Red stop: no task, retry or undo begins anywhere until `tscaler resume --stop-all`.',
  ).requiredOption('--reason <text>', 'why; everybody sees it')
  withCommon(command).action((options: Common & { reason: string }) =>
    attend(call, options, async ({ client, out }) => {
      await client.ask({ method: 'POST', path: '/stop-all', body: { reason: options.reason } })
      out.answer({ stopped: true, reason: options.reason }, () => {
        out.line('Everything is stopped: no task begins. What is under way ends; collecting goes on.', 'bad')
        out.line('Lift it with: tscaler resume --stop-all')
      })
      return exitCodes.done
    }),
  )
}

interface Subject {
  trigger?: string
  cluster?: string
}

/** `tscaler pause`: fires are refused until an instant. */
export function pauseCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'pause',
    'Refuse the fires of a trigger, of a cluster or of everything, until an instant.',
  )
    .option('--trigger <name>', 'this trigger only')
    .option('--cluster <name>', "this cluster's triggers only")
    .addOption(durationOption('--for <duration>', 'how long, such as 2h'))
    .option('--until <time>', 'until when, such as 2030-01-31T12:00:00Z')
  withCommon(command).action((options: Common & Subject & { for?: string; until?: string }) =>
    attend(call, options, async ({ client, out, io }) => {
      const now = io.clock.now()
      const body: PauseBody = { ...subjectOf(options), ...endOf(options, now) }
      const { until } = await client.ask<{ until: string }>({ method: 'POST', path: '/pause', body })
      out.answer({ until }, () =>
        out.line(`${capital(subjectText(options))} is paused until ${absolute(until, now)}.`, 'warn'),
      )
      return exitCodes.done
    }),
  )
}

/** `tscaler resume`: lifts a pause, or the red stop. */
export function resumeCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'resume',
    'Lift the pause of a trigger, of a cluster or of everything; or the red stop.',
  )
    .option('--trigger <name>', 'this trigger')
    .option('--cluster <name>', 'this cluster')
    .option('--stop-all', 'lift the red stop')
  withCommon(command).action((options: Common & Subject & { stopAll?: boolean }) =>
    attend(call, options, async ({ client, out }) => {
      const body: ResumeBody = options.stopAll ? { stopAll: true } : subjectOf(options)
      await client.ask({ method: 'POST', path: '/resume', body })
      const text = options.stopAll
        ? 'The red stop is lifted: tasks begin again.'
        : `${capital(subjectText(options))} is not paused any more.`
      out.answer({ resumed: true }, () => out.line(text, 'good'))
      return exitCodes.done
    }),
  )
}

function subjectOf({ trigger, cluster }: Subject) {
  return {
    ...(trigger === undefined ? {} : { trigger: referenceOf(trigger) }),
    ...(cluster === undefined ? {} : { cluster: referenceOf(cluster) }),
  }
}

function subjectText({ trigger, cluster }: Subject): string {
  if (trigger !== undefined) return `trigger ${trigger}`
  return cluster === undefined ? 'everything' : `cluster ${cluster}`
}

function endOf(given: { for?: string; until?: string }, now: number): Pick<PauseBody, 'for' | 'until'> {
  if (given.for !== undefined && given.until === undefined) return { for: given.for }
  if (given.for !== undefined || given.until === undefined)
    throw new TscalerError('wrong-usage', 'A pause needs its end: give --for (such as 2h) or --until, one of the two.')
  const until = parseInstant(given.until, now, 'future')
  if (until !== undefined) return { until: new Date(until).toISOString() }
  throw new TscalerError(
    'wrong-usage',
    `--until: got ${JSON.stringify(given.until)}, expected a time such as 2030-01-31T12:00:00Z.`,
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
