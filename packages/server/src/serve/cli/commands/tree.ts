import { Command, CommanderError } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import { nearest } from '../../../wire/nearest.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import type { CliIo } from '../io.ts'
import type { Call } from '../work.ts'
import { commands } from './all.ts'

// Wide enough for a sentence, narrow enough for half a screen; fixed, so that help is the same everywhere.
const helpColumns = 100

/** Runs the command of the words; throws `TscalerError` or commander's own error. */
export async function runCommand(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const call: Call = { io, exitCode: exitCodes.done }
  const program = buildProgram(call)
  if (argv.length === 0) {
    io.stderr.write(program.helpInformation())
    return exitCodes.wrongUsage
  }
  refuseUnknown(program, argv)
  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (thrown) {
    // Help and version were asked for and are printed.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done
    throw thrown
  }
  return call.exitCode
}

/** Every command there is. */
export function buildProgram(call: Call): Command {
  const program = new Command('tscaler')
    .description('Keeps a fleet of virtual machines at the right size and in the right shape.')
    .version(call.io.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void call.io.stdout.write(text),
      // Errors are told in one place, in one form: trouble.ts.
      writeErr: () => {},
      getOutHelpWidth: () => helpColumns,
      getErrHelpWidth: () => helpColumns,
      getOutHasColors: () => false,
    })
  for (const register of commands) register(program, call)
  program.addHelpText('after', programFooter)
  return program
}

const programFooter = `
Commands talk to a running server: to the one at TSCALER_URL with the token TSCALER_TOKEN, else over
the local socket of the data folder (--data, else TSCALER_DATA, else ./data).

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a guard, 4 cannot reach the server.`

/** Commander's own words name no command there is; ours do. */
function refuseUnknown(program: Command, argv: readonly string[]): void {
  let at = program
  for (const word of argv) {
    if (at.commands.length === 0 || word.startsWith('-')) return
    const next = at.commands.find((command) => command.name() === word)
    if (!next) throw new TscalerError('wrong-usage', unknownText(at, word))
    at = next
  }
  if (at !== program && at.commands.length > 0)
    throw new TscalerError('wrong-usage', `What of \`${pathOf(at)}\`? ${thereAre(at)}`)
}

function unknownText(at: Command, word: string): string {
  const near = nearest(
    word,
    at.commands.map((command) => command.name()),
  )
  const path = pathOf(at)
  const hint = near === undefined ? '' : ` Did you mean \`${path} ${near}\`?`
  return `There is no command \`${path} ${word}\`.${hint} ${thereAre(at)}`
}

function thereAre(at: Command): string {
  return `There are: ${at.commands.map((command) => command.name()).join(', ')}.`
}

/** `tscaler node`. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
