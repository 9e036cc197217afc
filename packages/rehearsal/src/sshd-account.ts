import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { canIsolate, isRoot, ownMounts } from './namespaces.ts'

/** The account that one node lets in, and what its login shell does. */
export interface AccountOptions {
  /** Who logs in; the one who runs the test unless told. Another one needs root: it then exists in this node only. */
  user?: string
  /** Lets this password in beside the key. Needs openssl, and `canIsolate()`. */
  password?: string
  /** The login shell, by name or by path. It needs `canIsolate()`; default bash, or the user's own without it. */
  loginShell?: 'bash' | 'dash' | 'busybox' | 'zsh' | 'fish' | `/${string}`
  /** Lines that the login prints on stdout before any command's output, as a talkative profile does. */
  loginNoise?: readonly string[]
  /** What sudo asks of the account: nothing, its password, or not in sudoers at all (default). As root only. */
  sudo?: 'none' | 'free' | 'with-password'
}

/** An account that is ready: its files lie in the node's folder. */
export interface Account {
  user: string
  /** The shell's path; undefined when the node takes the user's own one from the machine. */
  shell: string | undefined
  home: string
  /** Words to put before the sshd command so that it sees the node's own /etc/passwd, shadow, group and sudoers. */
  prefix: readonly string[]
}

/**
 * Writes the account's files into `folder` (`home/`, `etc/`) and says how to start sshd with them. Users are made by
 * mounting own account files in a private mount namespace: nothing on the machine changes, so nothing can be left
 * behind, and several nodes may have different users of one name.
 */
export async function makeAccount(folder: string, options: AccountOptions): Promise<Account> {
  const self = userInfo()
  const user = options.user ?? self.username
  refuseWhatIsMissing(user, self.username, options)
  const isolated = canIsolate()
  const home = join(folder, 'home')
  await mkdir(home)
  const shell = isolated ? await shellPath(folder, options.loginShell ?? 'bash') : undefined
  await writeNoise(home, shell ?? self.shell ?? '/bin/sh', options.loginNoise ?? [], isolated)
  if (!isolated) return { user, shell, home, prefix: [] }
  const ids = user === self.username ? { uid: self.uid, gid: self.gid } : { uid: GUEST_ID, gid: GUEST_ID }
  await writeEtc(folder, { user, ...ids, home, shell: shell ?? '/bin/sh' }, options)
  if (isRoot()) await chownAll([home, ...noiseFiles(home)], ids)
  return { user, shell, home, prefix: [...(ownMounts() ?? []), '/bin/sh', '-ec', MOUNT_ETC, 'mount-etc', folder] }
}

const GUEST_ID = 59_321 // below 60000, where Debian's reserved ids begin, and far above what adduser gives out first

// Arguments: the node's folder, then the command.
const MOUNT_ETC = 'for file in "$1"/etc/*; do mount --bind "$file" "/etc/$(basename "$file")"; done; shift; exec "$@"'
function refuseWhatIsMissing(user: string, self: string, options: AccountOptions): void {
  const rootOnly = user === self ? options.sudo && 'sudo' : 'user'
  if (rootOnly !== undefined && !isRoot()) throw new Error(`sshd node: option "${rootOnly}" works as root only.`)
  const isolatedOnly = rootOnly ?? (['password', 'loginShell'] as const).find((name) => options[name] !== undefined)
  if (isolatedOnly === undefined || canIsolate()) return
  throw new Error(`sshd node: option "${isolatedOnly}" needs private mounts, which unshare refuses here: run as root.`)
}

async function shellPath(folder: string, shell: NonNullable<AccountOptions['loginShell']>): Promise<string> {
  const path = shell.startsWith('/') ? shell : ['/bin', '/usr/bin'].map((bin) => join(bin, shell)).find(existsSync)
  if (path === undefined || !existsSync(path)) {
    throw new Error(`sshd node: login shell "${shell}" is not on this machine: apt-get install -y ${shell}`)
  }
  if (shell !== 'busybox') return path
  // busybox looks at the name it is called by: only as "sh" it is a shell.
  await mkdir(join(folder, 'bin'))
  await symlink(path, join(folder, 'bin', 'sh'))
  return join(folder, 'bin', 'sh')
}

/** Files that shells read even for `ssh host command`; `.ssh/rc` is read by sshd itself, before any shell. */
function noiseFiles(home: string): string[] {
  const folders = ['.ssh', '.config', '.config/fish'].map((name) => join(home, name))
  const files = ['.bashrc', '.zshenv', '.config/fish/config.fish', '.ssh/rc'].map((name) => join(home, name))
  return [...folders, ...files].filter(existsSync)
}

async function writeNoise(home: string, shell: string, lines: readonly string[], isolated: boolean): Promise<void> {
  // An empty .bashrc also keeps bash from a heavy one, which costs over 100 ms a session on developers' machines.
  const files: Record<string, string> = { bash: '.bashrc', zsh: '.zshenv', fish: '.config/fish/config.fish' }
  const own = files[shell.split('/').at(-1) ?? '']
  if (own === undefined && lines.length > 0 && !isolated) {
    throw new Error(
      `sshd node: loginNoise under ${shell} needs private mounts, which unshare refuses here: run as root.`,
    )
  }
  if (own === undefined && lines.length === 0) return
  const path = join(home, own ?? '.ssh/rc')
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(`${path}.text`, lines.map((line) => `${line}\n`).join(''))
  await writeFile(path, lines.length === 0 ? '' : `/bin/cat ${path}.text\n`)
}

interface PasswdLine {
  user: string
  uid: number
  gid: number
  home: string
  shell: string
}

async function writeEtc(folder: string, line: PasswdLine, options: AccountOptions): Promise<void> {
  const etc = join(folder, 'etc')
  await mkdir(etc)
  // Own lines come first, so that they win for a name or an id that the machine has, too.
  const [passwd, group] = await Promise.all([readFile('/etc/passwd', 'utf8'), readFile('/etc/group', 'utf8')])
  const own = `${line.user}:x:${line.uid}:${line.gid}:rehearsal:${line.home}:${line.shell}\n`
  await writeFile(join(etc, 'passwd'), own + withoutName(passwd, line.user))
  await writeFile(join(etc, 'group'), line.uid === GUEST_ID ? `${line.user}:x:${line.gid}:\n${group}` : group)
  // "*" is no password that works, but unlike "!" it does not lock the account, which would refuse keys as well.
  const hash = options.password === undefined ? '*' : await passwordHash(options.password)
  await writeFile(join(etc, 'shadow'), `${line.user}:${hash}:19000:0:99999:7:::\n`, { mode: 0o600 })
  if (!isRoot() || !existsSync('/etc/sudoers')) return
  await writeFile(join(etc, 'sudoers'), sudoers(line.user, options.sudo ?? 'none'), { mode: 0o440 })
}

function withoutName(passwd: string, user: string): string {
  return passwd
    .split('\n')
    .filter((line) => !line.startsWith(`${user}:`))
    .join('\n')
}

function sudoers(user: string, sudo: NonNullable<AccountOptions['sudo']>): string {
  const rules = {
    none: '',
    free: `${user} ALL=(ALL:ALL) NOPASSWD: ALL\n`,
    'with-password': `${user} ALL=(ALL:ALL) ALL\n`,
  }
  // Without a pause after a wrong password; and no e-mail about it to the machine's root.
  return `Defaults env_reset, !mail_always, !mail_badpass, !lecture, passwd_tries=1\nroot ALL=(ALL:ALL) ALL\n${rules[sudo]}`
}

/** SHA-512 crypt, which every libc's crypt() knows. The password goes over stdin, so that no process list shows it. */
async function passwordHash(password: string): Promise<string> {
  const child = spawn('openssl', ['passwd', '-6', '-stdin'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('sshd node: option "password" needs openssl: apt-get install -y openssl', { cause: error })
  })
  child.stdin.end(`${password}\n`)
  let hash = ''
  child.stdout.on('data', (chunk: Buffer) => {
    hash += chunk.toString()
  })
  await Promise.race([once(child, 'close'), failed])
  return hash.trim()
}

async function chownAll(paths: readonly string[], { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await Promise.all(paths.map((path) => chown(path, uid, gid)))
}
