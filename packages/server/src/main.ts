import { readSettings, type SettingsInput } from './config.ts'
import { systemClock } from './model/clock.ts'
import { TscalerError } from './model/problem.ts'
import type { ServeFlags } from './serve/cli/io.ts'
import { runCli } from './serve/cli/program.ts'
import { version } from './version.ts'

const { argv, env, stdin, stdout, stderr } = process
const homes = { stateHome: env.XDG_STATE_HOME, home: env.HOME }

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
  folder: {
    async backup({ dataFolder, file, samples }) {
      const { backUp } = await import('./start/back-up.ts')
      return backUp(settingsOf({ dataFolder }), { file, samples, homes, clock: systemClock })
    },
    async copy({ dataFolder, from, to }, tell) {
      const { copyTo } = await import('./start/copy-to.ts')
      return copyTo(settingsOf({ dataFolder }), { from, to, homes, clock: systemClock, tell })
    },
    async restore({ dataFolder, file }, go) {
      const { restore } = await import('./start/restore.ts')
      return restore(settingsOf({ dataFolder }), { file, homes, clock: systemClock, go })
    },
  },
  serve,
})

function settingsOf(flags: SettingsInput['flags']) {
  return readSettings({ flags, environment: env })
}

async function serve({ dataFolder, port, host, roles, rehearsal }: ServeFlags): Promise<void> {
  if (roles.some((role) => role !== 'all')) {
    throw new TscalerError(
      'wrong-usage',
      `--role ${roles.join(',')} comes with a later version. Leave it out: one process does everything.`,
    )
  }
  const settings = settingsOf({ dataFolder, port, host })
  // Loaded only now: a command that asks a running server needs none of it.
  const { serveUntilStopped } = await import('./start/serve.ts')
  await serveUntilStopped(settings, {
    ...{ homes, agent: env.SSH_AUTH_SOCK ?? null, rehearsal, stdout },
    ...{ notifySocket: env.NOTIFY_SOCKET ?? null, programs: env.PATH },
  })
}
