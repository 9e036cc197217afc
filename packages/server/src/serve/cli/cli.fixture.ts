import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { openTestDesk, type TestDesk } from '../../desk/desk.fixture.ts'
import { FakeClock } from '../../model/fake-clock.ts'
import { listen } from '../http/listen.ts'
import { buildServer } from '../http/server.ts'
import type { ExitCode } from './exit-code.ts'
import type { CliIo, FolderWork, ServeFlags } from './io.ts'
import { runCli } from './program.ts'

/** What a command left behind. */
export interface Ran {
  code: ExitCode
  stdout: string
  stderr: string
}

/** What a call may differ in. */
export interface CallOptions {
  /** What comes by stdin; with `typed`, as a person types it. */
  stdin?: string
  isTty?: boolean
  colour?: boolean
  environment?: Record<string, string>
  /** What works on the data folder itself. */
  dataFolder?: FolderWork
  /** Hears everything as it is written. */
  hear?: (text: string) => void
}

/** A command line without a server. */
export interface TestCli {
  folder: string
  served: ServeFlags[]
  run(words: string, options?: CallOptions): Promise<Ran>
  write(name: string, text: string): Promise<void>
  close(): Promise<void>
}

/** The command line with its own folder; close it afterwards. */
export async function openTestCli(clock: FakeClock = new FakeClock()): Promise<TestCli> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tscaler-cli-'))
  const served: ServeFlags[] = []
  return {
    folder,
    served,
    run: (words, options = {}) => run(words, { folder, clock, served, options }),
    write: (name, text) => writeFile(path.join(folder, name), text),
    close: () => rm(folder, { recursive: true }),
  }
}

/** The command line of a server that runs in its folder: a real one over a real store. */
export interface ServedCli extends TestCli {
  desk: TestDesk
  url: string
  /** Ends the server with all its connections; `start` begins another one on the same socket. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Opens a server and a command line beside it; close them afterwards. */
export async function openServedCli(): Promise<ServedCli> {
  const desk = await openTestDesk()
  const cli = await openTestCli(desk.clock)
  const socketPath = path.join(cli.folder, 'tscaler.sock')
  const begin = async () => {
    const server = await buildServer({ desk, logger: false, pages: null })
    return listen(server, { host: '127.0.0.1', port: 0, socketPath })
  }
  let listening = await begin()
  return {
    ...cli,
    desk,
    url: listening.url,
    stop: () => listening.close(),
    async start() {
      listening = await begin()
    },
    async close() {
      await listening.close()
      await desk.close()
      await cli.close()
    },
  }
}

interface Scene {
  folder: string
  clock: FakeClock
  served: ServeFlags[]
  options: CallOptions
}

async function run(words: string, { folder, clock, served, options }: Scene): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const output = (name: keyof typeof written) => ({
    write(text: string) {
      written[name] += text
      options.hear?.(text)
    },
  })
  const io: CliIo = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: Object.assign(Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]), {
      ...(options.isTty ? { setRawMode: () => {} } : {}),
    }),
    environment: { TSCALER_DATA: folder, ...options.environment },
    cwd: folder,
    isTty: options.isTty ?? false,
    colour: options.colour ?? false,
    clock,
    version: '0.0.0-test',
    folder: options.dataFolder ?? noFolder,
    serve: async (flags) => void served.push(flags),
  }
  return { code: await runCli(wordsOf(words), io), ...written }
}

/** Of calls that are not about a data folder. */
export const noFolder: FolderWork = { backup: refuse, restore: refuse, copy: refuse }

async function refuse(): Promise<never> {
  throw new Error('this call has no data folder to work on')
}

/** As a shell takes them apart: double quotes keep a word together. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}
