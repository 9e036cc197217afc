import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestCertificate } from './certificate.ts'
import { type DatabaseServer, databaseUser, newFolder, ServerProcess } from './database-server.ts'

/** What a MariaDB should be like. */
export interface MariadbOptions {
  /** Speaks TLS with it, to whoever asks. */
  tls?: TestCertificate
  /** Such as `--max-connections=5`. */
  settings?: readonly string[]
}

/**
 * Starts Debian's MariaDB with a data folder of its own on 127.0.0.1, a port below 32768 and a socket in `folder`; gives back
 * when it listens, after about 2 s. Nothing is synced to the disk.
 */
export async function startMariadb(options: MariadbOptions = {}): Promise<DatabaseServer> {
  const folder = await newFolder('my-')
  const data = join(folder, 'data')
  const tls = await writeCertificate(folder, options.tls)
  const who = `--user=${userInfo().username}` // otherwise it refuses root
  const process = new ServerProcess(folder, {
    words: ({ host, port }) => [
      '/usr/sbin/mariadbd',
      ...['--no-defaults', who, `--datadir=${data}`, `--socket=${join(folder, 's')}`, `--port=${port}`],
      ...[`--bind-address=${host}`, `--pid-file=${join(folder, 'pid')}`, ...QUICK, ...tls, ...(options.settings ?? [])],
    ],
    ready: /ready for connections/,
    killSignal: 'SIGKILL',
    stopSignal: 'SIGKILL',
    user: undefined,
  })
  try {
    const install = ['--no-defaults', who, `--datadir=${data}`, '--auth-root-authentication-method=normal']
    await promisify(execFile)('mariadb-install-db', [...install, '--skip-test-db'], { cwd: folder })
    await process.begin()
  } catch (thrown) {
    await process.stop()
    throw thrown
  }
  const server = new Mariadb(process)
  await server.sql(`create user ${databaseUser.name}@127.0.0.1 identified by '${databaseUser.password}'`)
  return server
}

// A test wants no data after a power cut (`kill()` loses none), and little memory.
const QUICK = [
  '--skip-name-resolve',
  '--innodb-buffer-pool-size=32M',
  '--innodb-flush-log-at-trx-commit=2',
  '--innodb-flush-method=nosync',
  '--sync-frm=OFF',
  '--innodb-log-file-size=16M',
  '--skip-log-bin',
  '--performance-schema=OFF',
]

class Mariadb implements DatabaseServer {
  readonly #process: ServerProcess
  #made = 0

  constructor(process: ServerProcess) {
    this.#process = process
  }

  get host(): string {
    return this.#process.host
  }

  get port(): number {
    return this.#process.port
  }

  get folder(): string {
    return this.#process.folder
  }

  output(): string {
    return this.#process.output()
  }

  async sql(statements: string, database = 'mysql'): Promise<string> {
    const where = ['-S', join(this.folder, 's'), '-u', 'root', '-D', database]
    const { stdout } = await promisify(execFile)('mariadb', ['--no-defaults', '-N', '-B', ...where, '-e', statements])
    return stdout.trim()
  }

  async newDatabase(): Promise<string> {
    this.#made += 1
    const name = `test${this.#made}`
    await this.sql(`create database ${name}; grant all on ${name}.* to ${databaseUser.name}@127.0.0.1`)
    return name
  }

  urlOf(database: string): string {
    return `mysql://${databaseUser.name}:${databaseUser.password}@${this.host}:${this.port}/${database}`
  }

  kill(): Promise<void> {
    return this.#process.kill()
  }

  restart(): Promise<void> {
    return this.#process.restart()
  }

  stop(): Promise<void> {
    return this.#process.stop()
  }
}

async function writeCertificate(folder: string, tls: TestCertificate | undefined): Promise<string[]> {
  if (!tls) return ['--skip-ssl']
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  await writeFile(cert, tls.cert)
  await writeFile(key, tls.key, { mode: 0o600 })
  return [`--ssl-cert=${cert}`, `--ssl-key=${key}`]
}
