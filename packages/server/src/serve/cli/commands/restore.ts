import path from 'node:path'
import type { Command } from 'commander'
import { confirm, needsYes } from '../ask.ts'
import { exitCodes } from '../exit-code.ts'
import type { CliIo, RestorePlan } from '../io.ts'
import { type Out, openOut } from '../out.ts'
import { absolute } from '../when.ts'
import { addCommand, type Call, onFolder } from '../work.ts'
import { contentsText } from './backup.ts'

interface RestoreOptions {
  data?: string
  json?: boolean
  yes?: boolean
}

/** `tscaler restore`: a backup in the place of what is in the data folder. */
export function restoreCommand(program: Command, call: Call): void {
  const command = addCommand(
    program,
    'restore <file>',
    'Put a backup in the place of what is in the data folder.',
  ).option('--yes', 'go on without asking')
  command.addHelpText(
    'after',
    `
Stop the server first. Shows what it would do, and asks. What was there is kept aside.
Afterwards everything is stopped until \`tscaler resume --stop-all\`, and everybody signs in again.`,
  )
  onFolder(command).action(async (file: string, options: RestoreOptions) => {
    const { io } = call
    const out = openOut(io, options.json ?? false)
    const given = {
      ...(options.data === undefined ? {} : { dataFolder: options.data }),
      file: path.resolve(io.cwd, file),
    }
    let plan: RestorePlan | undefined
    const done = await io.folder.restore(given, async (shown) => {
      plan = shown
      for (const line of planLines(shown, io.clock.now())) out.json ? out.note(line) : out.line(line)
      return options.yes === true || asked(io)
    })
    tell(out, done, plan)
    call.exitCode = done ? exitCodes.done : exitCodes.failed
  })
}

async function asked(io: CliIo): Promise<boolean> {
  if (!io.isTty) throw needsYes('restore')
  return confirm(io, 'Restore it?')
}

function tell(out: Out, done: boolean, plan: RestorePlan | undefined): void {
  out.answer({ restored: done, ...plan }, () => {
    if (!done) return out.line('Nothing was changed.')
    out.line('Restored. Everything is stopped: start the server, look at nodes and runs, then', 'good')
    out.line('  tscaler resume --stop-all')
    out.line('Tokens that were revoked since the backup open again: look at `tscaler token list`.', 'warn')
  })
}

function planLines(plan: RestorePlan, now: number): string[] {
  const { madeAt, version, counts, files, replaces, keyPlace, dataFolder } = plan
  const has = files.map(({ name }) => name).join(' and ')
  const lines = [
    `The backup is of ${absolute(new Date(madeAt).toISOString(), now)}, by tscaler ${version}: ${has}, with ${contentsText(counts)}.`,
    keyPlace === null ? 'It holds no secret.' : `Its secrets open with ${keyPlace}.`,
  ]
  if (replaces === null) return [...lines, `${dataFolder} holds nothing yet.`]
  const there = replaces.counts === null ? 'what can not be read' : contentsText(replaces.counts)
  const whose = replaces.sameInstallation ? 'the same installation' : 'another installation'
  const without = files.some(({ name }) => name === 'samples.db')
    ? ''
    : ' Samples are not in the backup: graphs begin anew.'
  return [...lines, `It replaces ${there} of ${whose} in ${dataFolder}, which goes to ${replaces.aside}.${without}`]
}
