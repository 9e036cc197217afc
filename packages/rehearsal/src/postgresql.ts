import { execFile } from 'node:child_process'
import { chmod, chown, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestCertificate } from './certificate.ts'
import { type DatabaseServer, databaseUser, newFolder, ServerProcess } from './database-server.ts'

/** What a PostgreSQL should be like. */
export interface PostgresqlOptions {
  /** Speaks TLS with it, to whoever asks. */
  tls?: TestCertificate
  /** Lines of pg_hba.conf that come first. */
  access?: readonly string[]
  /** Such as `max_connections=5`. */
  settings?: readonly string[]
}

/**
 * Starts Debian's PostgreSQL with a data folder of its own on 127.0.0.1, a port below 32768 and a socket in `folder`; gives back
 * when it listens, after about 1 s. Nothing is synced to the disk. It refuses root: then it runs as `postgres`, else `nobody`.
 */
export async function startPostgresql(options: PostgresqlOptions = {}): Promise<DatabaseServer> {
  const folder = await newFolder('pg-')
  const bin = await binFolder()
  const user = await userToRunAs()
  await chmod(folder, 0o755)
  if (user) await chown(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const process = new ServerProcess(folder, {
    words: ({ host, port }) => [
      join(bin, 'postgres'),
      ...['-D', data, '-k', folder, '-p', `${port}`, '-h', host],
      ...[...QUICK, ...(options.tls ? ['ssl=on'] : []), ...(options.settings ?? [])].flatMap((each) => ['-c', each]),
    ],
    ready: /database system is ready to accept connections/,
    killSignal: 'SIGQUIT', // at once, and it ends its children, which a kill -9 leaves to themselves
    stopSignal: 'SIGINT', // otherwise it leaves a piece of shared memory behind
    user,
  })
  try {
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C']
    await run(join(bin, 'initdb'), initdb, { cwd: folder, ...user })
    await writeAccess(data, options, user)
    await process.begin()
  } catch (thrown) {
    await process.stop()
    throw thrown
  }
  const server = new Postgresql(process, bin)
  await server.sql(`create role ${databaseUser.name} login password '${databaseUser.password}'`)
  return server
}

const run = promisify(execFile)

// A test wants no data after a power cut (`kill()` loses none), and nothing left outside of the folder.
const QUICK = ['fsync=off', 'full_page_writes=off', 'max_connections=200', 'dynamic_shared_memory_type=mmap']

class Postgresql implements DatabaseServer {
  readonly #process: ServerProcess
  readonly #bin: string
  #made = 0

  constructor(process: ServerProcess, bin: string) {
    this.#process = process
    this.#bin = bin
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

  async sql(statements: string, database = 'postgres'): Promise<string> {
    const where = ['-h', this.folder, '-p', `${this.port}`, '-U', 'postgres', '-d', database]
    const how = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1']
    const { stdout } = await run(join(this.#bin, 'psql'), [...how, ...where, '-c', statements])
    return stdout.trim()
  }

  async newDatabase({ template = 'template1' } = {}): Promise<string> {
    this.#made += 1
    const name = `test${this.#made}`
    await this.sql(`create database ${name} owner ${databaseUser.name} template ${template}`)
    return name
  }

  urlOf(database: string): string {
    return `postgresql://${databaseUser.name}:${databaseUser.password}@${this.host}:${this.port}/${database}`
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

async function writeAccess(
  data: string,
  { access = [], tls }: PostgresqlOptions,
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  const lines = [...access, 'local all all trust', 'host all all 127.0.0.1/32 scram-sha-256']
  await writeFile(join(data, 'pg_hba.conf'), `${lines.join('\n')}\n`)
  for (const [name, text] of Object.entries({ 'server.crt': tls?.cert, 'server.key': tls?.key })) {
    if (text === undefined) continue
    const file = join(data, name)
    await writeFile(file, text, { mode: 0o600 })
    if (user) await chown(file, user.uid, user.gid)
  }
}

/** The newest of Debian's versions. */
async function binFolder(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql')
  const newest = versions
    .map(Number)
    .filter(Number.isFinite)
    .sort((one, other) => other - one)[0]
  return join('/usr/lib/postgresql', `${newest}`, 'bin')
}

async function userToRunAs(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const name = await run('id', ['-u', 'postgres']).then(
    () => 'postgres',
    () => 'nobody',
  )
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (what) => Number((await run('id', [what, name])).stdout)))
  return uid === undefined || gid === undefined ? undefined : { uid, gid }
}
