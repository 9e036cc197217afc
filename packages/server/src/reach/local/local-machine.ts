import { execFileSync } from 'node:child_process'
import { homedir, userInfo } from 'node:os'
import type { Clock } from '../../model/clock.ts'
import { TscalerError } from '../../model/problem.ts'
import type { Machine } from '../machine.ts'
import { ShellMachine } from '../shell-machine.ts'
import { LocalHost, type Owner } from './local-host.ts'

/** tscaler's own machine as a user of it; null: as whoever runs tscaler. Throws `bad-input` where there is no such user. */
export function openLocalMachine({ clock, user }: { clock: Clock; user: string | null }): Machine {
  const { env, owner } = accountFor(user)
  return new ShellMachine(new LocalHost("tscaler's machine", env, owner), clock)
}

/** A login of that user of this machine; null: of whoever runs tscaler. Throws `bad-input` where there is no such user. */
export function accountFor(user: string | null): { env: Record<string, string> & { HOME: string }; owner: Owner } {
  if (user === null) return { env: loginEnv(), owner: {} }
  const { uid, gid, home, shell } = accountOf(user)
  return { env: { ...loginEnv(), HOME: home, USER: user, LOGNAME: user, SHELL: shell }, owner: { uid, gid } }
}

/** What sshd gives a login; nothing of tscaler's own environment, which holds its secrets. */
export function loginEnv(): Record<string, string> & { HOME: string } {
  const name = userInfo().username
  return {
    // An empty HOME, as some containers have it, counts as none: what the machine says of the user is taken then.
    HOME: homedir() || userInfo().homedir,
    USER: name,
    LOGNAME: name,
    SHELL: '/bin/sh',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  }
}

/** passwd(5), asked of whatever the machine keeps its users in. */
function accountOf(user: string): { uid: number; gid: number; home: string; shell: string } {
  try {
    const line = execFileSync('getent', ['passwd', '--', user], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [, , uid, gid, , home, shell] = line.trim().split(':')
    if (uid !== undefined && gid !== undefined && home !== undefined)
      return { uid: Number(uid), gid: Number(gid), home, shell: shell || '/bin/sh' }
  } catch {
    // Said below, in words that name the setting.
  }
  throw new TscalerError(
    'bad-input',
    `TSCALER_SERVER_COMMANDS_USER: this machine has no user "${user}". Name one that it has.`,
  )
}
