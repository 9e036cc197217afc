import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canIsolate, canMakeMachines } from './namespaces.ts'

/** Something of the machine that a test may need. */
export type PartName = keyof typeof PARTS

/** Whether the machine has it, and what to do when it has not. */
export interface Part {
  present: boolean
  /** A command or an advice in one line. */
  install: string
}

/** `skip` goes into vitest's `describe.skipIf`; `message` is empty when nothing is missing. */
export interface SkipDecision {
  skip: boolean
  message: string
}

/** Looks at this machine now. */
export function part(name: PartName): Part {
  const { has, install } = PARTS[name]
  return { present: has(), install }
}

/**
 * Decides for a test file that needs all of `names`: with something missing it prints one line such as
 * `skip tier1: sshd missing: apt-get install -y openssh-server` and says skip; with FLEET_REQUIRE=1 it throws that
 * line instead, so that a CI that should have everything can't pass by skipping.
 */
export function requirePart(...names: [PartName, ...PartName[]]): SkipDecision {
  const missing = names.find((name) => !part(name).present)
  if (missing === undefined) return { skip: false, message: '' }
  const message = `skip tier${PARTS[missing].tier}: ${missing} missing: ${PARTS[missing].install}`
  if (process.env.FLEET_REQUIRE === '1') throw new Error(message)
  console.warn(message)
  return { skip: true, message }
}

const apt = (packages: string) => `apt-get install -y ${packages}`
const program = (name: string, packages = name) => ({ tier: 1, has: () => isProgram(name), install: apt(packages) })

const PARTS = {
  sshd: program('sshd', 'openssh-server'),
  'ssh-keygen': program('ssh-keygen', 'openssh-client'),
  openssl: program('openssl'),
  fab: program('fab', 'fabric'),
  busybox: program('busybox'),
  bash: program('bash'),
  dash: program('dash'),
  zsh: program('zsh'),
  fish: program('fish'),
  sudo: program('sudo'),
  python3: { tier: 1, has: () => isExecutable('/usr/bin/python3'), install: apt('python3') },
  /** A JDK: the rehearsal's own Java programs are compiled on the spot. */
  java: { tier: 1, has: () => isProgram('java') && isProgram('javac'), install: apt('openjdk-17-jdk-headless') },
  tomcat: { tier: 1, has: () => isExecutable('/usr/share/tomcat10/bin/catalina.sh'), install: apt('tomcat10') },
  /** Own users, login shells and passwords in an sshd node. */
  isolation: { tier: 1, has: canIsolate, install: 'run as root, or allow unprivileged user namespaces' },
  root: { tier: 1, has: () => process.getuid?.() === 0, install: 'run as root' },
  /** Nodes as real machines, with their own network and files (`machine-nodes.ts`). */
  machines: { tier: 2, has: canMakeMachines, install: `run as root; ${apt('iproute2 openssh-server')}` },
  postgresql: { tier: 1, has: hasPostgresql, install: apt('postgresql') },
  mariadb: program('mariadbd', 'mariadb-server'),
  haproxy: program('haproxy'),
  nginx: program('nginx', 'nginx-light'),
  'systemd-notify': program('systemd-notify', 'systemd'),
  'systemd-analyze': program('systemd-analyze', 'systemd'),
  curl: program('curl'),
  memcached: program('memcached'),
  rabbitmq: {
    tier: 1,
    has: () => isExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server'),
    install: apt('rabbitmq-server'),
  },
  puppet: { ...program('puppet'), tier: 2 },
  chromium: { ...program('chromium'), tier: 3 },
} satisfies Record<string, { tier: number; has: () => boolean; install: string }>

/** Debian keeps the server's programs apart by version, outside of PATH. */
function hasPostgresql(): boolean {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return false
  return readdirSync(root).some((version) => isExecutable(join(root, version, 'bin', 'initdb')))
}

function isProgram(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']
  return folders.some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
