import type { Command } from 'commander'
import { TscalerError } from '../../model/problem.ts'
import type { Document } from '../../wire/document.ts'
import type { AdoptOptions } from './adopt/adopt.ts'
import type { ReadHosts } from './adopt/host.ts'
import { applyDocument } from './apply-document.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import type { Common, Work } from './work.ts'

/** What every import may be told about how its hosts are reached. */
export interface TakeInOptions extends Common, Omit<AdoptOptions, 'jump'> {
  jump?: string
  yes?: boolean
}

/** The options of that. */
export function withLogin(command: Command): Command {
  return command
    .option('--cluster <name>', 'put all hosts into this cluster')
    .option('--ssh-profile <name>', 'reach all hosts with this SSH profile, which is there already')
    .option('--user <name>', 'sign in as this user where the file names none')
    .option('--key <file>', 'sign in with this private key where the file names none')
    .option('--agent', "sign in with the server's SSH agent")
    .option('--jump <hosts>', 'through these jump hosts, user@host[:port] with commas, where the file names none')
    .option('--known-hosts <file>', 'host keys that are known already, as ssh keeps them')
    .option('--accept-new', 'pin the key that a node without a known one shows first (default: refuse it)')
    .option('--yes', 'go on without asking')
}

/** Hosts that were read, and where from. */
export interface TakeIn {
  hosts: ReadHosts
  /** As messages name the whole. */
  name: string
  /** As messages name the place of one host; its line where left out. */
  where?: (line: number) => string
  present: Document
  /** What the plan adds, in sentences. */
  notes?: readonly string[]
  /** What the person called. */
  command: string
  options: TakeInOptions
}

/** Shows what taking the hosts in would change, asks, and makes it so. Throws `bad-input` with everything that is wrong. */
export async function takeIn(
  work: Work,
  { hosts, present, command, notes, options, ...place }: TakeIn,
): Promise<ExitCode> {
  const { io, out } = work
  const { adoptHosts } = await import('./adopt/adopt.ts')
  const { documentBytesMax, inFolder, readFile } = await import('./document-file/outside.ts')
  const at = (name: string) => inFolder(io.cwd, name, io.environment.HOME)
  const { jump, knownHosts, ...rest } = options
  const adopt: AdoptOptions = { ...rest, ...(jump === undefined ? {} : { jump: jump.split(',').filter(Boolean) }) }
  if (knownHosts !== undefined) {
    const found = readFile(at(knownHosts), documentBytesMax)
    if ('message' in found) throw new TscalerError('bad-input', `--known-hosts: ${found.message}`)
    adopt.knownHosts = found.text
  }
  const source = adoptHosts(hosts, { ...place, options: adopt, present, readKey: (key) => readFile(at(key)) })
  const given = { prune: false, yes: options.yes ?? false, command, isWhole: false }
  const code = await applyDocument(work, source, { ...given, ...(notes === undefined ? {} : { notes }) })
  if (code === exitCodes.done && !out.json) tellNext(work, options)
  return code
}

function tellNext({ out }: Work, { acceptNew, knownHosts, sshProfile }: TakeInOptions): void {
  out.line('Try them all now: tscaler check')
  if (acceptNew || knownHosts !== undefined || sshProfile !== undefined) return
  out.line(
    'Nodes whose host key is not pinned are refused: import again with --known-hosts FILE, or --accept-new.',
    'warn',
  )
}
