import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import type { Clock } from '../../model/clock.ts'
import { ReachFailure } from '../failure.ts'
import type { MachineStatus } from '../machine.ts'
import {
  type MachineHost,
  type Place,
  type Program,
  programs,
  type ShellStream,
  type StreamEnd,
  type StreamListener,
} from '../shell/host.ts'
import { Channels } from './channels.ts'
import type { SshLink } from './link.ts'
import { openThrough } from './socket.ts'

/** Shells of a machine over one SSH connection, a channel each. */
export class SshHost implements MachineHost {
  readonly link: SshLink
  readonly #channels: Channels

  constructor(link: SshLink, clock: Clock) {
    this.link = link
    this.#channels = new Channels(clock)
  }

  get nodeName(): string {
    return this.link.access.nodeName
  }

  get status(): MachineStatus {
    return this.link.status
  }

  async open(program: Program, place: Place): Promise<ShellStream> {
    for (;;) {
      const client = await this.link.connected({ patient: place !== 'urgent' })
      await this.#channels.take(place)
      const opened = await this.#exec(client, programs[program])
      if (!(opened instanceof Error)) return opened
      this.#channels.giveBack()
      if (!this.link.has(client))
        throw new ReachFailure(
          'connection-lost',
          `${this.nodeName}: the connection was lost. It is made again when next used.`,
        )
      if (!isChannelRefusal(opened) || !this.#channels.refused()) throw this.#noShell(opened)
    }
  }

  /** Forwarded connections are no sessions: sshd's MaxSessions does not count them. */
  async forward(host: string, port: number): Promise<Duplex> {
    const client = await this.link.connected({ patient: true })
    return openThrough(client, this.nodeName, { nodeName: this.nodeName, hostname: host, port })
  }

  proved(): void {
    this.link.proved()
  }

  suspect(text: string): void {
    this.link.suspect(text)
  }

  close(): void {
    this.link.close()
  }

  #exec(client: Client, command: string): Promise<ShellStream | Error> {
    return new Promise((resolve) => {
      try {
        client.exec(command, (error, channel) => {
          resolve(
            error ?? new ChannelStream({ link: this.link, client, channel, closed: () => this.#channels.giveBack() }),
          )
        })
      } catch (thrown) {
        resolve(thrown instanceof Error ? thrown : new Error(String(thrown)))
      }
    })
  }

  #noShell(error: Error): ReachFailure {
    const advice = 'See that its sshd allows sessions (MaxSessions above 0) and commands for this user.'
    return new ReachFailure(
      'no-shell',
      `${this.nodeName}: logged in, but no command may be run: ${error.message}. ${advice}`,
      { cause: error },
    )
  }
}

/** RFC 4254 §5.1: the server opens no further channel. ssh2 gives the reason, the message is the server's. */
function isChannelRefusal(error: Error): boolean {
  return /channel open failure/i.test(error.message)
}

class ChannelStream implements ShellStream {
  readonly #link: SshLink
  readonly #channel: ClientChannel
  #end: StreamEnd | undefined
  #listener: StreamListener | undefined
  #exitCode: number | null = null

  constructor({
    link,
    client,
    channel,
    closed,
  }: { link: SshLink; client: Client; channel: ClientChannel; closed: () => void }) {
    this.#link = link
    this.#channel = channel
    // These come in the same turn as the channel where a program ends at once.
    channel.once('exit', (code: number | null) => {
      this.#exitCode = code
    })
    channel.on('error', () => {}) // "close" follows
    channel.once('close', () => {
      closed()
      this.#end = link.has(client)
        ? { kind: 'ended', exitCode: this.#exitCode }
        : {
            kind: 'lost',
            text: `${link.access.nodeName}: the connection was lost meanwhile. It is made again when next used.`,
          }
      this.#listener?.closed(this.#end)
    })
  }

  listen(listener: StreamListener): void {
    this.#listener = listener
    this.#channel.on('data', listener.out)
    this.#channel.stderr.on('data', listener.err)
    if (this.#end !== undefined) listener.closed(this.#end)
  }

  write(input: string | Uint8Array): void {
    this.#link.inOnePacket(() => this.#channel.write(input))
  }

  end(): void {
    this.#channel.end()
  }

  close(): void {
    this.#channel.close()
    // "close" waits for the end of both outputs, which nobody may be reading.
    this.#channel.resume()
    this.#channel.stderr.resume()
  }
}
