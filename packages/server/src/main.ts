import { readSettings, type SettingsInput } from './config.ts'
import { systemClock } from './model/clock.ts'
import { TscalerError } from './model/problem.ts'
import type { ServeFlags } from './serve/cli/io.ts'
import { runCli } from './serve/cli/program.ts'
import { version } from './version.ts'

const { argv, env, stdin, stdout, stderr } = process

process.exitCode = await runCli(argv.slice(2), {
  stdin,
  stdout,
  stderr,
  environment: env,
  cwd: process.cwd(),
  isTty: stdin.isTTY === true && stdout.isTTY === true,
  colour: stdout.isTTY === true,
  clock: systemClock,
  version,
  serve,
})

async function serve({ dataFolder, port, host, roles, rehearsal }: ServeFlags): Promise<void> {
  if (roles.some((role) => role !== 'all')) {
    throw new TscalerError(
      'wrong-usage',
      `--role ${roles.join(',')} comes with a later version. Leave it out: one process does everything.`,
    )
  }
  const flags: SettingsInput['flags'] = { dataFolder, port, host }
  const settings = readSettings({ flags, environment: env })
  // Loaded only now: a command that asks a running server needs none of it.
  const { serveUntilStopped } = await import('./start/serve.ts')
  const homes = { stateHome: env.XDG_STATE_HOME, home: env.HOME }
  await serveUntilStopped(settings, { homes, agent: env.SSH_AUTH_SOCK ?? null, rehearsal, stdout })
}
