import type { Command } from 'commander'
import { type Client, openClient } from './client.ts'
import type { ExitCode } from './exit-code.ts'
import type { CliIo } from './io.ts'
import { type Out, openOut } from './out.ts'
import { serverPlace } from './server-place.ts'

/** What a command works with. */
export interface Work {
  io: CliIo
  client: Client
  out: Out
}

/** What every command that talks to the server may be told. */
export interface Common {
  data?: string
  json?: boolean
}

/** One call of the command line; the command that ran leaves its exit code here. */
export interface Call {
  io: CliIo
  exitCode: ExitCode
}

/** A command that talks to a running server: `words` is its name and arguments. */
export function addCommand(parent: Command, words: string, description: string): Command {
  return parent.command(words).description(description)
}

/** The options that all of them take; added last, so that help shows a command's own first. */
export function withCommon(command: Command): Command {
  return command
    .option(
      '--data <dir>',
      "the server's data folder, for its local socket (default: TSCALER_URL, else TSCALER_DATA, else ./data)",
    )
    .option('--json', 'print JSON, for programs')
}

/** The options of commands that work on the data folder itself. */
export function onFolder(command: Command): Command {
  return command
    .option('--data <dir>', 'the data folder (default: TSCALER_DATA, else ./data)')
    .option('--json', 'print JSON, for programs')
}

/** Runs a command's work with a client of the server that its options mean. */
export async function attend(call: Call, options: Common, run: (work: Work) => Promise<ExitCode>): Promise<void> {
  const { io } = call
  const client = openClient(serverPlace(options.data, io))
  call.exitCode = await run({ io, client, out: openOut(io, options.json ?? false) })
}
