// What the tests want of the machine beside Node. `node scripts/machine.mjs` prints the missing Debian packages, one a line.
// Plain JavaScript for any Node from 18 on, since CI asks it before anything is fetched.
import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Part → the Debian package that has it, and what is not tested without it. A part with a slash is a file. */
const PARTS = [
  { part: 'sshd', package: 'openssh-server', without: 'everything that reaches a node over SSH' },
  { part: '/usr/lib/openssh/sftp-server', package: 'openssh-sftp-server', without: 'files sent to nodes' },
  { part: 'ssh-keygen', package: 'openssh-client', without: 'SSH keys and certificate authorities' },
  { part: 'chromium', package: 'chromium', without: 'the pages in a browser' },
  { part: 'fab', package: 'fabric', without: 'the action distributedScript' },
  { part: 'busybox', package: 'busybox', without: "nodes with busybox's sh" },
  { part: 'zsh', package: 'zsh', without: 'nodes whose login shell is zsh' },
  { part: 'fish', package: 'fish', without: 'nodes whose login shell is fish' },
  { part: 'sudo', package: 'sudo', without: 'scripts with sudo' },
  { part: 'ip', package: 'iproute2', without: 'nodes at addresses of their own' },
  { part: 'openssl', package: 'openssl', without: 'keys and certificates in forms that only it makes' },
  { part: 'javac', package: 'openjdk-17-jdk-headless', without: 'real JVMs' },
  { part: '/usr/share/tomcat10/bin/catalina.sh', package: 'tomcat10', without: "Tomcat's own MBeans" },
  { part: 'puppet', package: 'puppet', without: 'the action osConfiguration with real Puppet' },
  { part: 'pg_ctlcluster', package: 'postgresql', without: 'the store on PostgreSQL' },
  { part: 'mariadbd', package: 'mariadb-server', without: 'the store on MariaDB' },
  { part: 'haproxy', package: 'haproxy', without: 'the seven-step deployment with a real front' },
  { part: 'nginx', package: 'nginx-light', without: 'the production front' },
  { part: 'systemd-analyze', package: 'systemd', without: 'the units of the production front' },
  { part: 'curl', package: 'curl', without: 'the seven-step deployment' },
  { part: 'memcached', package: 'memcached', without: 'the shared cache of the latest samples' },
  {
    part: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    package: 'rabbitmq-server',
    without: 'work between processes over RabbitMQ',
  },
  { part: 'ps', package: 'procps', without: 'that no process is left behind' },
]

/** The parts that this machine doesn't have, each with its package and with what is then not tested. */
export function missingParts(parts = PARTS) {
  return parts.filter(({ part }) => !isPresent(part))
}

function isPresent(part) {
  if (part.includes('/')) return isExecutable(part)
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'] // a user's PATH often lacks the last three
  return folders.filter(Boolean).some((folder) => isExecutable(path.join(folder, part)))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { package: name } of missingParts()) process.stdout.write(`${name}\n`)
}
