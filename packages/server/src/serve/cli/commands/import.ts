import path from 'node:path'
import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { Document } from '../../../wire/document.ts'
import type { AdoptOptions } from '../adopt/adopt.ts'
import type { ReadHosts } from '../adopt/host.ts'
import { applyDocument } from '../apply-document.ts'
import { needsYes } from '../ask.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { readStdin } from '../read-stdin.ts'
import { addCommand, attend, type Call, type Common, type Work, withCommon } from '../work.ts'

interface ImportOptions extends Common, Omit<AdoptOptions, 'jump'> {
  group?: string[]
  jump?: string
  yes?: boolean
}

/** `tscaler import ansible|csv FILE`: takes machines in that are there already. */
export function importCommand(program: Command, call: Call): void {
  const group = addCommand(program, 'import', 'Take in machines that are there already: shows its plan, and asks.')
  const ansible = addCommand(
    group,
    'ansible <file>',
    'Take in the hosts of an Ansible inventory: INI, YAML, or what `ansible-inventory --list` prints.',
  ).option(
    '--group <names...>',
    'the groups that become clusters, with all hosts below them (default: the group that names the host)',
  )
  ansible.addHelpText('after', ansibleFooter)
  withCommon(withLogin(ansible)).action((file: string, options: ImportOptions) =>
    attend(call, options, (work) =>
      importHosts(work, { command: 'import ansible', file, options, read: readAnsibleFile }),
    ),
  )
  const csv = addCommand(group, 'csv <file>', 'Take in the hosts of a CSV whose first line names its columns.')
  csv.addHelpText('after', csvFooter)
  withCommon(withLogin(csv)).action((file: string, options: ImportOptions) =>
    attend(call, options, (work) => importHosts(work, { command: 'import csv', file, options, read: readCsvFile })),
  )
}

const ansibleFooter = `
Read are ansible_host, _port, _user, _password, _ssh_private_key_file, _connection, and the jump
hosts of _ssh_common_args; with group_vars/ and host_vars/ beside the inventory. Groups that become
no cluster become the label "groups"; each way to sign in becomes an SSH profile. What a node has
already and the inventory does not name, stays.`

const csvFooter = `
Columns: name, hostname, port, cluster, user, key, jump, sshProfile, jvmProfiles, hostKey, site,
protected, and label.X for label X; name or hostname is needed. Commas or semicolons part them.`

function withLogin(command: Command): Command {
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

interface Import {
  command: string
  file: string
  options: ImportOptions
  read(text: string, given: { file: string; folder: string; options: ImportOptions }): Promise<ReadHosts>
}

async function importHosts(work: Work, { command, file, options, read }: Import): Promise<ExitCode> {
  const { io, client, out } = work
  if (file === '-' && !options.yes) throw needsYes(`${command} -`)
  const { adoptHosts } = await import('../adopt/adopt.ts')
  const { documentBytesMax, inFolder, readFile } = await import('../document-file/outside.ts')
  const at = (name: string) => inFolder(io.cwd, name, io.environment.HOME)
  const textOf = (name: string, what: string) => {
    const found = readFile(at(name), documentBytesMax)
    if ('text' in found) return found.text
    throw new TscalerError('bad-input', `${what}: ${found.message}`)
  }
  const text = file === '-' ? await readStdin(io.stdin) : textOf(file, 'The inventory')
  const hosts = await read(text, { file, folder: file === '-' ? io.cwd : path.dirname(at(file)), options })
  const { jump, knownHosts, ...rest } = options
  const adopt: AdoptOptions = {
    ...rest,
    ...(jump === undefined ? {} : { jump: jump.split(',').filter(Boolean) }),
    ...(knownHosts === undefined ? {} : { knownHosts: textOf(knownHosts, '--known-hosts') }),
  }
  const present = await client.ask<Document>({ path: '/export' })
  const name = file === '-' ? 'stdin' : file
  const source = adoptHosts(hosts, { name, options: adopt, present, readKey: (key) => readFile(at(key)) })
  const code = await applyDocument(work, source, { prune: false, yes: options.yes ?? false, command, isWhole: false })
  if (code === exitCodes.done && !out.json) tellNext(work, options)
  return code
}

function tellNext({ out }: Work, { acceptNew, knownHosts, sshProfile }: ImportOptions): void {
  out.line('Try them all now: tscaler check')
  if (acceptNew || knownHosts !== undefined || sshProfile !== undefined) return
  out.line(
    'Nodes whose host key is not pinned are refused: import again with --known-hosts FILE, or --accept-new.',
    'warn',
  )
}

async function readAnsibleFile(
  text: string,
  { file, folder, options }: Parameters<Import['read']>[1],
): Promise<ReadHosts> {
  const [{ readAnsible }, { varsBeside }] = await Promise.all([
    import('../adopt/ansible.ts'),
    import('../adopt/vars-beside.ts'),
  ])
  return readAnsible(text, { fileName: file, groups: options.group, beside: varsBeside(folder) })
}

async function readCsvFile(text: string): Promise<ReadHosts> {
  const { readCsv } = await import('../adopt/csv.ts')
  return readCsv(text)
}
