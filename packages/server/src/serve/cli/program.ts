import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import type { CliIo } from './io.ts'
import { readServeFlags } from './serve-flags.ts'

/**
 * Runs one command line (without `node` and the script) and gives its exit code: 0 done, 1 failed, 2 wrong usage, 3 refused by
 * a guard, 4 cannot reach the server. All troubles are told on stderr; nothing is thrown. `serve` loads no other command.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitCode> {
  const [name, ...rest] = argv
  try {
    if (name === 'serve' && !rest.some((word) => word === '--help' || word === '-h')) {
      await io.serve(readServeFlags(rest))
      return exitCodes.done
    }
    ignoreBrokenPipe(io)
    const { runCommand } = await import('./commands/tree.ts')
    return await runCommand(argv, io)
  } catch (thrown) {
    const { tellTrouble, troubleOf } = await import('./trouble.ts')
    const error = troubleOf(thrown)
    tellTrouble(io, error, argv.includes('--json'))
    return exitCodeOf(error.code)
  }
}

/** `tscaler list nodes | head` has heard enough; there is nothing wrong. */
function ignoreBrokenPipe({ stdout, stderr }: CliIo): void {
  for (const stream of [stdout, stderr]) {
    stream.on?.('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error
    })
  }
}
