import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import { exitCodes } from '../exit-code.ts'
import type { CliIo } from '../io.ts'
import { openOut } from '../out.ts'
import { readStdin } from '../read-stdin.ts'
import { count } from '../text.ts'
import { addCommand, type Call, onFolder } from '../work.ts'

interface CopyOptions {
  to: string
  from?: string
  data?: string
  json?: boolean
}

/** `tscaler copy`: everything of one database into another. */
export function copyCommand(program: Command, call: Call): void {
  const command = addCommand(program, 'copy', 'Copy configuration, runs and audit into another database.')
    .requiredOption(
      '--to <url>',
      'the new, empty database: sqlite:FILE, postgresql://… or mysql://…; "-": read from stdin',
    )
    .option('--from <url>', 'the old one (default: TSCALER_STORE, else the data folder)')
  command.addHelpText(
    'after',
    `
Stop every tscaler that uses either. Rows keep their ids; at the end each is held against its
original. A copy that was broken off goes on where it stopped. Then set TSCALER_STORE, and start.
A URL with a password in the arguments is seen by everybody on the machine: give it by stdin.`,
  )
  onFolder(command).action(async ({ to, from, data, json }: CopyOptions) => {
    const { io } = call
    const out = openOut(io, json ?? false)
    const flags = {
      to: await urlOf(io, to),
      ...(from !== undefined && { from }),
      ...(data !== undefined && { dataFolder: data }),
    }
    const made = await io.folder.copy(flags, out.note)
    out.answer(made, () => {
      const rows = Object.values(made.rows).reduce((sum, each) => sum + each, 0)
      out.line(`Copied ${count(rows, 'row')} to ${made.to}, each as its original.`, 'good')
      out.line('Set TSCALER_STORE to it for the next start. The old store is as it was: keep it until all is well.')
    })
    call.exitCode = exitCodes.done
  })
}

async function urlOf({ stdin }: CliIo, given: string): Promise<string> {
  if (given !== '-') return given
  const url = (await readStdin(stdin)).trim()
  if (url === '')
    throw new TscalerError('wrong-usage', '--to -: nothing came by stdin, expected the URL of the new database.')
  return url
}
