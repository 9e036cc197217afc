import type { SshAccess } from '../../../reach/machine.ts'
import { TaskFailed } from '../../action.ts'

/** What `fab` is called with: one host, its settings from the files beside it, then what the command line says. */
export function fabWords(nodeName: string, { privateKey }: SshAccess, words: readonly string[]): string[] {
  const key = privateKey === null ? [] : ['-i', files.key]
  return ['fab', '-r', '.', '-S', files.sshConfig, '-f', files.config, ...key, '-H', nodeName, ...words]
}

/** The files beside it, by name: all are gone when it ends. */
export function fabFiles(nodeName: string, access: SshAccess, fabfile: string): Record<string, string> {
  return {
    [files.wrapper]: wrapper,
    [files.given]: fabfile,
    [files.knownHosts]: knownHosts(access),
    [files.sshConfig]: sshConfig(nodeName, access),
    [files.config]: config(access),
    ...(access.privateKey === null ? {} : { [files.key]: access.privateKey }),
  }
}

const files = {
  wrapper: 'fabfile.py',
  given: 'given.py',
  knownHosts: 'known_hosts',
  sshConfig: 'ssh_config',
  config: 'config.json',
  key: 'id',
} as const

/**
 * Fabric takes any host key (it sets AutoAddPolicy); this makes every SSH client of the process refuse what is not in our
 * known_hosts, before the given fabfile is read. A key that differs is refused by Paramiko in any case.
 */
const wrapper = `import os
import paramiko.client

_folder = os.path.dirname(os.path.abspath(__file__))
_init = paramiko.client.SSHClient.__init__


def _checked(self, *args, **kwargs):
    _init(self, *args, **kwargs)
    self.load_system_host_keys(os.path.join(_folder, "${files.knownHosts}"))
    self._policy = paramiko.client.RejectPolicy()


paramiko.client.SSHClient.__init__ = _checked
paramiko.client.SSHClient.set_missing_host_key_policy = lambda self, policy: None

_given = os.path.join(_folder, "${files.given}")
with open(_given, encoding="utf-8") as _file:
    exec(compile(_file.read(), _given, "exec"), globals())
`

function knownHosts({ hostname, port, hostKey, knownHosts: more }: SshAccess): string {
  // The form that Paramiko looks up; the port is named only where it is not 22.
  const name = port === 22 ? hostname : `[${hostname}]:${port}`
  const pinned = hostKey === null ? '' : `${name} ${hostKey.split(' ').slice(0, 2).join(' ')}\n`
  // What is pinned counts alone: another key for the same host in a file must not be let in beside it.
  const others = (more ?? '')
    .split('\n')
    .filter((line) => hostKey === null || !line.split(' ')[0]?.split(',').includes(name))
  return `${pinned}${others.join('\n')}\n`
}

function sshConfig(nodeName: string, { hostname, port, user, jump }: SshAccess): string {
  const lines = [`HostName ${word(hostname)}`, `Port ${port}`, `User ${word(user)}`]
  if (jump.length > 0) lines.push(`ProxyJump ${jump.map(word).join(',')}`)
  return `Host ${word(nodeName)}\n${lines.map((line) => `  ${line}\n`).join('')}`
}

/** Everything else that could log in is left out: keys of the user's home, agents that were not named. */
function config({ password, passphrase, agent }: SshAccess): string {
  const login = {
    look_for_keys: false,
    allow_agent: agent !== null,
    ...(password === null ? {} : { password }),
    ...(passphrase === null ? {} : { passphrase }),
  }
  return JSON.stringify({
    connect_kwargs: login,
    forward_agent: false,
    ...(password === null ? {} : { sudo: { password } }),
  })
}

/** A word of ssh_config; what could be more than one line or word is refused. */
function word(text: string): string {
  if (/^[A-Za-z0-9_.:@[\]%+-]+$/.test(text)) return text
  throw new TaskFailed(`${JSON.stringify(text)} can't be handed to fab: expected letters, digits and . _ - : @`, {
    retryable: false,
  })
}
