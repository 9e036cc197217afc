import { basename, join } from 'node:path'
import type { Address } from './address.ts'
import type { Account } from './sshd-account.ts'

/** The parts of a node's wishes that end up in sshd_config. */
export interface ConfigOptions {
  /** sshd's MaxSessions: channels on one connection. Default 100 (OpenSSH's own default is 10). */
  maxSessions?: number
  /** Environment of every session. */
  env?: Readonly<Record<string, string>>
  /** Lines of sshd_config that win over the node's own: `ForceCommand …`, `Banner …`, `MaxStartups …`. */
  config?: readonly string[]
  /** Listens on all of 127.0.0.0/8: 127.1.x.y is the same sshd for all x and y. Users from elsewhere are refused. */
  anyAddress?: boolean
  /** Lets this password in beside the key. Needs openssl, and `canIsolate()`. */
  password?: string
}

/** The whole sshd_config of the node in `folder`, which holds `host_key` and `authorized_keys`. */
export function sshdConfig(folder: string, account: Account, { host, port }: Address, options: ConfigOptions): string {
  // Without own account files the home folder is the machine's; HOME moves at least what shells look up by it.
  const home = account.prefix.length === 0 ? { HOME: account.home } : {}
  const env = { ...home, ...options.env, REHEARSAL_NODE: basename(folder) }
  return [
    ...(options.config ?? []), // first, because sshd takes the first value it meets
    `ListenAddress ${options.anyAddress ? '0.0.0.0' : host}`,
    `Port ${port}`,
    `HostKey ${join(folder, 'host_key')}`,
    'PidFile none',
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `AllowUsers ${account.user}@127.0.0.0/8`,
    'StrictModes no', // it refuses all keys below /tmp
    'UsePAM no',
    'PermitRootLogin yes',
    `PasswordAuthentication ${options.password === undefined ? 'no' : 'yes'}`,
    'KbdInteractiveAuthentication no',
    'UseDNS no',
    'MaxStartups 2000', // the default drops connections from the tenth unauthenticated one on
    `MaxSessions ${options.maxSessions ?? 100}`,
    'PrintMotd no',
    'LogLevel VERBOSE',
    `SetEnv ${Object.entries(env).map(quotedPair).join(' ')}`, // one line: sshd ignores a second one
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n')
}

function quotedPair([name, value]: [string, string]): string {
  return `"${name}=${value.replace(/["\\]/g, '\\$&')}"`
}
