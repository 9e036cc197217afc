import type { Command } from 'commander'
import { serveOptions } from '../serve-flags.ts'

/** `tscaler serve` as the help shows it; program.ts runs it before any of this is loaded. */
export function serveCommand(program: Command): void {
  const command = program.command('serve').description('Run the server: watch, decide, act, and show it.')
  for (const { name, value, help } of serveOptions)
    command.option(value === null ? `--${name}` : `--${name} <${value}>`, help)
  command.addHelpText(
    'after',
    `
Every other setting is an environment variable, or a line of settings.yaml in the data folder.`,
  )
}
