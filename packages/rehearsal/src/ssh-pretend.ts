import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import type { Transform } from 'node:stream'
import ssh2, { type AuthContext, type Connection, type ServerChannel, type Session } from 'ssh2'
import type { Address } from './address.ts'
import { makeEd25519, type TestKey } from './keys.ts'

/**
 * How a pretend node misbehaves: `refuse-login` refuses key and password; `silent` takes the TCP connection and sends
 * no banner; `close-after-login` ends the connection once somebody is in; `refuse-channels` lets in and refuses every
 * session (as at MaxSessions); `refuse-exec` refuses commands (as ForceCommand may); `drop-mid-answer` closes the
 * connection after the first half of the first piece of output; `no-exit-code` closes the channel without one.
 */
export type SshFault =
  | 'refuse-login'
  | 'silent'
  | 'close-after-login'
  | 'refuse-channels'
  | 'refuse-exec'
  | 'drop-mid-answer'
  | 'no-exit-code'

/** What the pretend node lets in, and how it starts out. */
export interface PretendSshOptions {
  user?: string
  /** Lets this password in beside the key. */
  password?: string
  fault?: SshFault
  /** Where to listen; default a free port of 127.0.0.1. */
  address?: Address
  /** Default a fresh one. */
  hostKey?: TestKey
  /** Public key lines let in beside the node's own `privateKey`. */
  authorizedKeys?: readonly string[]
  /** Where commands start; default where this process did. */
  folder?: string
  /** Environment of every command, beside PATH. */
  env?: Readonly<Record<string, string>>
  /** What becomes of commands and of what is sent to them. */
  input?: SshInput
}

/** Changes what a client sends before the shell sees it. */
export interface SshInput {
  command(text: string): string
  /** One for each command, between the channel and its standard input. */
  stream(): Transform
}

/** An SSH server inside this process that runs commands with the real /bin/sh; for machines without an sshd. */
export interface PretendSsh {
  readonly host: string
  readonly port: number
  readonly user: string
  /** `ssh-ed25519 AAAA…`, as in known_hosts. */
  readonly hostKey: string
  /** `SHA256:…` of `hostKey`. */
  readonly fingerprint: string
  /** OpenSSH text of the key that logs in. */
  readonly privateKey: string
  /** Commands asked for, oldest first. */
  readonly commands: readonly string[]
  /** TCP connections taken so far. */
  readonly connections: number
  /** From now on, for new logins, channels and answers; undefined ends it. */
  misbehave(fault: SshFault | undefined): void
  /** Resets all connections. */
  drop(): void
  /** Ends connections, commands and the server. */
  close(): Promise<void>
}

/** Starts a pretend node. It has exec only: no terminal, no sftp, no port forwarding. */
export async function startPretendSsh(options: PretendSshOptions = {}): Promise<PretendSsh> {
  const node = new PretendNode(options)
  await node.listen()
  return node
}

class PretendNode implements PretendSsh {
  readonly host: string
  port: number
  connections = 0
  readonly user: string
  readonly commands: string[] = []
  readonly #hostKey: TestKey
  readonly #loginKey = makeEd25519()
  readonly #options: PretendSshOptions
  readonly #sockets = new Set<Socket>()
  readonly #children = new Set<ChildProcess>()
  readonly #ssh: ssh2.Server
  readonly #listener: NetServer
  #fault: SshFault | undefined

  constructor(options: PretendSshOptions) {
    const { user = 'rehearsal', address = { host: '127.0.0.1', port: 0 } } = options
    this.user = user
    this.host = address.host
    this.port = address.port
    this.#options = options
    this.#hostKey = options.hostKey ?? makeEd25519()
    this.#fault = options.fault
    this.#ssh = new ssh2.Server({ hostKeys: [this.#hostKey.privateKey] })
    this.#listener = createServer({ noDelay: true }, (socket) => this.#accept(socket))
  }

  get hostKey(): string {
    return this.#hostKey.publicKey.split(' ').slice(0, 2).join(' ')
  }

  get fingerprint(): string {
    return this.#hostKey.fingerprint
  }

  get privateKey(): string {
    return this.#loginKey.privateKey
  }

  async listen(): Promise<void> {
    this.#ssh.on('connection', (connection, { port }) => {
      const socket = [...this.#sockets].find(({ remotePort }) => remotePort === port)
      if (socket !== undefined) this.#greet(connection, socket)
    })
    this.#listener.listen(this.port, this.host)
    await once(this.#listener, 'listening')
    const address = this.#listener.address()
    if (address !== null && typeof address !== 'string') this.port = address.port
  }

  misbehave(fault: SshFault | undefined): void {
    this.#fault = fault
  }

  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    this.#listener.close()
    this.drop()
    for (const child of this.#children) endGroup(child)
    await Promise.all([...this.#children].map((child) => once(child, 'close')))
  }

  #accept(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    socket.on('error', () => {}) // the client's side of the test tells
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.#fault === 'silent') socket.resume()
    else this.#ssh.injectSocket(socket)
  }

  #greet(connection: Connection, socket: Socket): void {
    connection.on('error', () => {}) // a client that breaks off
    connection.on('authentication', (context) => {
      if (this.#fault !== 'refuse-login' && this.#letsIn(context)) context.accept()
      else context.reject(['publickey', 'password'])
    })
    connection.on('ready', () => {
      if (this.#fault === 'close-after-login') connection.end()
    })
    connection.on('session', (accept, reject) => {
      if (this.#fault === 'refuse-channels') reject()
      else this.#serve(accept(), socket)
    })
  }

  #letsIn(context: AuthContext): boolean {
    if (context.username !== this.user) return false
    const { password, authorizedKeys = [] } = this.#options
    if (context.method === 'password') return password !== undefined && context.password === password
    if (context.method !== 'publickey') return false
    const keys = [this.#loginKey.publicKey, ...authorizedKeys].map((line) => ssh2.utils.parseKey(line))
    const key = keys.find((one) => !(one instanceof Error) && one.getPublicSSH().equals(context.key.data))
    if (key === undefined || key instanceof Error) return false
    // Without a signature the client only asks whether the key would do.
    if (context.signature === undefined || context.blob === undefined) return true
    return key.verify(context.blob, context.signature, context.hashAlgo) === true
  }

  #serve(session: Session, socket: Socket): void {
    const env: Record<string, string> = {}
    session.on('env', (accept, _reject, { key, val }) => {
      env[key] = val
      accept?.()
    })
    session.on('exec', (accept, reject, { command }) => {
      this.commands.push(command)
      if (this.#fault === 'refuse-exec') reject()
      else this.#run(command, env, accept(), socket)
    })
  }

  #run(command: string, env: Readonly<Record<string, string>>, channel: ServerChannel, socket: Socket): void {
    const { input, folder: cwd } = this.#options
    const words = ['-c', input?.command(command) ?? command]
    // detached makes it the leader of a group, so that what the command started can be ended with it.
    const all = { PATH: process.env.PATH, ...env, ...this.#options.env }
    const child = spawn('/bin/sh', words, { detached: true, env: all, ...(cwd === undefined ? {} : { cwd }) })
    this.#children.add(child)
    const stdin = input === undefined ? channel : channel.pipe(input.stream())
    stdin.pipe(child.stdin)
    child.stdin.on('error', () => {}) // the command ended before its input
    channel.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => {
      if (this.#fault === 'drop-mid-answer') this.#dropMid(chunk, channel, socket)
      else channel.write(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => channel.stderr.write(chunk))
    child.on('close', (code, signal) => {
      this.#children.delete(child)
      if (this.#fault !== 'no-exit-code' && signal !== null) channel.exit(signal.replace('SIG', ''), false)
      else if (this.#fault !== 'no-exit-code') channel.exit(code ?? 255)
      channel.end()
    })
    // sshd, too, leaves a command alone when its channel closes; its group goes when the node is closed.
  }

  #dropMid(chunk: Buffer, channel: ServerChannel, socket: Socket): void {
    channel.write(chunk.subarray(0, Math.ceil(chunk.length / 2)))
    socket.destroySoon() // sends what is written, then closes without a word of SSH
  }
}

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
