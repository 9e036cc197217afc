import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { freeAddress } from './address.ts'
import { makeCertificate, type TestCertificate } from './certificate.ts'
import { JavaProcess } from './java-process.ts'

/** A real RabbitMQ of its own, without plugins, with an empty message store. Its user is guest, password guest. */
export interface RabbitMq {
  readonly host: string
  readonly port: number
  readonly tlsPort: number
  /** What it shows on `tlsPort`. */
  readonly certificate: TestCertificate
  readonly folder: string
  /** `amqp://guest:guest@host:port` */
  readonly url: string
  /** What it wrote so far, 1 MiB at most, the newest kept. */
  output(): string
  /** One call of `rabbitmqctl`; gives back what it wrote. About 1 s. */
  control(...words: string[]): Promise<string>
  /** The broker thinks that it is out of memory: it takes no more messages, and goes on giving them. */
  block(): Promise<void>
  unblock(): Promise<void>
  /** It stands still: TCP still connects, nothing answers. */
  freeze(): void
  thaw(): void
  /** Ends it at once, as a power cut. `restart()` brings it back at the same address, with what it had on its disk. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Kills it and removes its folder. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts Debian's RabbitMQ as whoever runs this, on 127.0.x.y, ports below 32768; gives back when it takes connections, after
 * 8 s on a quiet machine. Needs rabbitmq-server (see `parts.ts`); nothing of the machine's own RabbitMQ is touched.
 */
export async function startRabbitMq(): Promise<RabbitMq> {
  const rabbit = new RealRabbitMq(await mkdtemp(join(tmpdir(), 'rehearsal-rabbitmq-')))
  try {
    await rabbit.begin()
    return rabbit
  } catch (error) {
    await rabbit.stop()
    throw error
  }
}

const PROGRAMS = '/usr/lib/rabbitmq/bin' // the wrappers in /usr/sbin become the user rabbitmq first
const READY = /completed with \d+ plugins/
const START_TRIES_MAX = 5 // another test may take an address between the look and the bind
const MEMORY_SHARE = 0.4 // RabbitMQ's own setting
const run = promisify(execFile)

class RealRabbitMq implements RabbitMq {
  host = ''
  port = 0
  tlsPort = 0
  certificate = makeCertificate([])
  readonly folder: string
  readonly #program: JavaProcess
  #environment: Record<string, string> = {}

  constructor(folder: string) {
    this.folder = folder
    this.#program = new JavaProcess(folder)
  }

  get url(): string {
    return `amqp://guest:guest@${this.host}:${this.port}`
  }

  async begin(): Promise<void> {
    await mkdir(join(this.folder, 'home'))
    await writeFile(join(this.folder, 'plugins'), '[].\n')
    for (let tried = 1; ; tried += 1) {
      await this.#choose()
      if (await this.#start()) return
      if (tried >= START_TRIES_MAX) throw new Error(`RabbitMQ did not start; it wrote:\n${this.output()}`)
    }
  }

  output(): string {
    return this.#program.output()
  }

  async control(...words: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, ...this.#environment }
    const { stdout } = await run(join(PROGRAMS, 'rabbitmqctl'), words, { cwd: this.folder, env })
    return stdout
  }

  async block(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', '0.000001')
  }

  async unblock(): Promise<void> {
    await this.control('set_vm_memory_high_watermark', `${MEMORY_SHARE}`)
  }

  freeze(): void {
    this.#program.freeze()
  }

  thaw(): void {
    this.#program.thaw()
  }

  async kill(): Promise<void> {
    await this.#program.kill()
  }

  async restart(): Promise<void> {
    await this.kill()
    if (!(await this.#start())) throw new Error(`RabbitMQ did not start again; it wrote:\n${this.output()}`)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Four ports: for messages, for messages in TLS, for the broker's own control, and for Erlang's list of such ports. */
  async #choose(): Promise<void> {
    const [{ host, port }, tls, control, names] = await Promise.all([1, 2, 3, 4].map(() => freeAddress())).then(
      ([a, b, c, d]) => [a ?? never(), b ?? never(), c ?? never(), d ?? never()] as const,
    )
    this.host = host
    this.port = port
    this.tlsPort = tls.port
    this.certificate = makeCertificate([host, 'localhost'])
    await this.#configure()
    const at = (name: string) => join(this.folder, name)
    this.#environment = {
      HOME: at('home'),
      ERL_EPMD_PORT: `${names.port}`,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // Erlang's list of names may be shared, where two tests have chosen one port for it.
      RABBITMQ_NODENAME: `${basename(this.folder)}@localhost`,
      RABBITMQ_DIST_PORT: `${control.port}`,
      RABBITMQ_MNESIA_BASE: at('mnesia'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('plugins'),
      RABBITMQ_CONFIG_FILE: at('rabbit.conf'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    }
  }

  async #configure(): Promise<void> {
    const at = (name: string) => join(this.folder, name)
    await writeFile(at('cert.pem'), this.certificate.cert)
    await writeFile(at('key.pem'), this.certificate.key)
    const lines = [
      `listeners.tcp.1 = ${this.host}:${this.port}`,
      `listeners.ssl.1 = ${this.host}:${this.tlsPort}`,
      `ssl_options.cacertfile = ${at('cert.pem')}`,
      `ssl_options.certfile = ${at('cert.pem')}`,
      `ssl_options.keyfile = ${at('key.pem')}`,
      'ssl_options.verify = verify_none',
    ]
    await writeFile(at('rabbit.conf'), `${lines.join('\n')}\n`)
  }

  async #start(): Promise<boolean> {
    // An epmd that Erlang starts by itself outlives the broker; this one is found with all that is ours.
    const script = `epmd & exec ${PROGRAMS}/rabbitmq-server`
    const found = await this.#program.start({
      program: '/bin/sh',
      words: ['-c', script],
      env: this.#environment,
      ready: READY,
    })
    return found !== undefined
  }
}

function never(): never {
  throw new Error('Promise.all gave fewer than it was given')
}
