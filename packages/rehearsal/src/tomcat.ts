import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freeAddress, isFree } from './address.ts'
import type { JavaLogin } from './java-client.ts'
import { JavaProcess } from './java-process.ts'
import { type AgentAddress, type AgentOptions, agentFlags, writePasswordFiles } from './jvm-flags.ts'
import { CART_JSP, SLOW_JSP, serverXml, WEB_XML } from './tomcat-config.ts'

/** What a Tomcat should be like. */
export interface TomcatOptions extends Pick<AgentOptions, 'password'> {
  /** Most threads of the HTTP connector; 10 at first, so that a test can have all of them busy. */
  threadsMax?: number
  /** 128 at first. */
  heapMb?: number
}

/** A real Tomcat 10 with JMX and a small web application, `/shop`. */
export interface Tomcat extends JavaLogin {
  readonly host: string
  /** Of JMX: registry and connection. */
  readonly port: number
  readonly httpPort: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly pid: number
  readonly folder: string
  /** Jars with the classes of Tomcat's MBeans, for a Java client (`dumpMBeans`). */
  readonly classPath: readonly string[]
  /** What Tomcat wrote so far, 1 MiB at most, the newest kept. */
  output(): string
  processes(): number[]
  /** So many requests, each of which starts a session: `requestCount` and `activeSessions` grow. */
  openSessions(count: number): Promise<void>
  /** So many requests at a time, each of which keeps a thread busy for `ms`; gives back when all are answered. */
  keepBusy(count: number, ms: number): Promise<void>
  freeze(): void
  thaw(): void
  /** Ends it at once, as a power cut. `restart()` brings it back, sessions lost. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Kills it and removes its folder. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts Debian's Tomcat 10 with a base folder of its own on 127.0.x.y, ports below 32768; gives back when the shop
 * answers, after about 3 s. Needs tomcat10 (see `parts.ts`); nothing of the machine's own Tomcat is touched.
 */
export async function startTomcat(options: TomcatOptions = {}): Promise<Tomcat> {
  const tomcat = new RealTomcat(await mkdtemp(join(tmpdir(), 'rehearsal-tomcat-')), options)
  try {
    await tomcat.begin()
    return tomcat
  } catch (error) {
    await tomcat.stop()
    throw error
  }
}

const HOME = '/usr/share/tomcat10'
const READY = /Server startup in \[/
const START_TRIES_MAX = 5 // another test may take an address between the look and the bind
const QUICK = '-XX:-UsePerfData -XX:+UseSerialGC -XX:TieredStopAtLevel=1'
const run = promisify(execFile)

class RealTomcat implements Tomcat {
  host = ''
  port = 0
  httpPort = 0
  classPath: readonly string[] = []
  readonly folder: string
  readonly #options: TomcatOptions
  readonly #java: JavaProcess

  constructor(folder: string, options: TomcatOptions) {
    this.folder = folder
    this.#options = options
    this.#java = new JavaProcess(folder)
  }

  get user(): string | undefined {
    return this.#options.password?.user
  }

  get password(): string | undefined {
    return this.#options.password?.password
  }

  get pid(): number {
    return this.#java.pid
  }

  async begin(): Promise<void> {
    await this.#makeBase()
    for (let tried = 1; ; tried += 1) {
      const [{ host, port }, { port: httpPort }] = await Promise.all([freeAddress(), freeAddress()])
      const taken = port === httpPort || !(await isFree({ host, port: httpPort }))
      if (!taken && (await this.#startAt({ host, port, rmiPort: port }, httpPort))) return
      if (tried >= START_TRIES_MAX) throw new Error(`Tomcat on ${host} did not start; it wrote:\n${this.output()}`)
    }
  }

  output(): string {
    return this.#java.output()
  }

  processes(): number[] {
    return this.#java.processes()
  }

  async openSessions(count: number): Promise<void> {
    for (let opened = 0; opened < count; opened += 1) await this.#get('/shop/cart.jsp')
  }

  async keepBusy(count: number, ms: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#get(`/shop/slow.jsp?ms=${ms}`)))
  }

  freeze(): void {
    this.#java.freeze()
  }

  thaw(): void {
    this.#java.thaw()
  }

  async kill(): Promise<void> {
    await this.#java.kill()
  }

  async restart(): Promise<void> {
    await this.kill()
    const { host, port, httpPort } = this
    if (!(await this.#startAt({ host, port, rmiPort: port }, httpPort)))
      throw new Error(`Tomcat on ${host} did not start again; it wrote:\n${this.output()}`)
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #startAt(address: AgentAddress, httpPort: number): Promise<boolean> {
    const { threadsMax = 10, heapMb = 128 } = this.#options
    await writeFile(
      join(this.folder, 'conf', 'server.xml'),
      serverXml({ host: address.host, port: httpPort }, threadsMax),
    )
    const flags = agentFlags(this.folder, address, this.#options, undefined)
    const env = {
      CATALINA_HOME: HOME,
      CATALINA_BASE: this.folder,
      CATALINA_OPTS: [QUICK, `-Xmx${heapMb}m`, ...flags].join(' '),
    }
    const before = this.output().length
    const ready = await this.#java.start({ program: `${HOME}/bin/catalina.sh`, words: ['run'], env, ready: READY })
    if (ready === undefined) return false
    // Where its HTTP port is taken Tomcat says so, and goes on without it.
    if (/LifecycleException|Failed to initialize/.test(this.output().slice(before))) {
      await this.kill()
      return false
    }
    this.host = address.host
    this.port = address.port
    this.httpPort = httpPort
    await this.#get('/shop/hello.txt')
    return true
  }

  async #get(path: string): Promise<void> {
    const url = `http://${this.host}:${this.httpPort}${path}`
    const answer = await fetch(url)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`)
  }

  async #makeBase(): Promise<void> {
    const folders = ['conf', 'logs', 'temp', 'webapps', 'work', 'war/WEB-INF']
    for (const name of folders) await mkdir(join(this.folder, name), { recursive: true })
    // Not from /etc/tomcat10, which only root and tomcat may read.
    for (const name of ['web.xml', 'catalina.properties']) {
      await copyFile(join(HOME, 'etc', name), join(this.folder, 'conf', name))
    }
    await writePasswordFiles(this.folder, this.#options.password)
    await this.#makeWar()
    this.classPath = (await readdir(join(HOME, 'lib')))
      .filter((name) => name.endsWith('.jar'))
      .map((name) => join(HOME, 'lib', name))
  }

  async #makeWar(): Promise<void> {
    const war = join(this.folder, 'war')
    const files = { 'WEB-INF/web.xml': WEB_XML, 'cart.jsp': CART_JSP, 'slow.jsp': SLOW_JSP, 'hello.txt': 'hello\n' }
    for (const [name, text] of Object.entries(files)) await writeFile(join(war, name), text)
    await run('jar', ['cf', join(this.folder, 'webapps', 'shop.war'), '-C', war, '.'])
  }
}
