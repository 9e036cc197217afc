import { once } from 'node:events'
import { Client, type ClientChannel, type ConnectConfig } from 'ssh2'

/** What a login needs to know of a node; sshd nodes, pretend nodes and machine nodes all have it. */
export interface LoginTarget {
  host: string
  port: number
  user: string
  hostKey: string
  privateKey: string
}

/** How a command ended: `code` is null when a signal (or the connection's end) ended it. */
export interface ExecEnd {
  stdout: string
  stderr: string
  code: number | null
  signal: string | null
}

/** A connection for looking at a node from a test, apart from the code under test. */
export interface TestLogin {
  client: Client
  /** Runs to the end; rejects when the command could not be begun. */
  exec(command: string): Promise<ExecEnd>
  /** Gives back when the command has begun and written its first output, so that it surely runs. */
  begin(command: string): Promise<{ ended: Promise<ExecEnd> }>
  end(): Promise<void>
}

/** Logs in with the node's key (or what `config` says instead); rejects when the host key is not the node's. */
export async function login(target: LoginTarget, config: ConnectConfig = {}): Promise<TestLogin> {
  const client = new Client()
  client.connect({
    host: target.host,
    port: target.port,
    username: target.user,
    privateKey: target.privateKey,
    hostVerifier: (key: Buffer) => key.toString('base64') === target.hostKey.split(' ')[1],
    ...config,
  })
  // A refused login may be followed by more errors, and after the login an end shows by the execs and by "close".
  client.on('error', () => {})
  await once(client, 'ready').catch((error) => {
    client.destroy()
    throw error
  })
  client.setNoDelay(true) // with Nagle's algorithm an exec takes 48 ms instead of 4
  return {
    client,
    exec: async (command) => await (await open(client, command)).ended,
    begin: async (command) => {
      const { begun, ended } = await open(client, command)
      await begun
      return { ended }
    },
    end: async () => {
      const closed = once(client, 'close')
      client.end()
      await closed
    },
  }
}

interface Running {
  begun: Promise<void>
  ended: Promise<ExecEnd>
}

function open(client: Client, command: string): Promise<Running> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error)
      // Listened to at once: the exit code of a quick command comes in the same packet as the channel itself.
      else resolve({ begun: firstOf(channel, ['data', 'close']), ended: endOf(channel) })
    })
  })
}

function firstOf(channel: ClientChannel, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    for (const event of events) channel.once(event, () => resolve())
  })
}

function endOf(channel: ClientChannel): Promise<ExecEnd> {
  const end: ExecEnd = { stdout: '', stderr: '', code: null, signal: null }
  channel.on('data', (chunk: Buffer) => {
    end.stdout += chunk.toString()
  })
  channel.stderr.on('data', (chunk: Buffer) => {
    end.stderr += chunk.toString()
  })
  channel.on('exit', (code: number | null, signal?: string) => {
    end.code = code
    end.signal = signal ?? null
  })
  return new Promise((resolve) => {
    channel.on('close', () => resolve(end))
  })
}
