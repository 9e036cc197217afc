import path from 'node:path'
import type { Command } from 'commander'
import { TscalerError } from '../../../model/problem.ts'
import type { Document } from '../../../wire/document.ts'
import type { ReadHosts } from '../adopt/host.ts'
import { needsYes } from '../ask.ts'
import type { ExitCode } from '../exit-code.ts'
import { readStdin } from '../read-stdin.ts'
import { type TakeInOptions, takeIn, withLogin } from '../take-in.ts'
import { addCommand, attend, type Call, type Work, withCommon } from '../work.ts'
import { importEc2Command } from './import-ec2.ts'

interface ImportOptions extends TakeInOptions {
  group?: string[]
}

/** `tscaler import ansible|csv FILE`, `tscaler import ec2`: takes machines in that are there already. */
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
  importEc2Command(group, call)
}

const ansibleFooter = `
Read are ansible_host, _port, _user, _password, _ssh_private_key_file, _connection, and the jump
hosts of _ssh_common_args; with group_vars/ and host_vars/ beside the inventory. Groups that become
no cluster become the label "groups"; each way to sign in becomes an SSH profile. What a node has
already and the inventory does not name, stays.`

const csvFooter = `
Columns: name, hostname, port, cluster, user, key, jump, sshProfile, jvmProfiles, hostKey, site,
protected, and label.X for label X; name or hostname is needed. Commas or semicolons part them.`

interface Import {
  command: string
  file: string
  options: ImportOptions
  read(text: string, given: { file: string; folder: string; options: ImportOptions }): Promise<ReadHosts>
}

async function importHosts(work: Work, { command, file, options, read }: Import): Promise<ExitCode> {
  const { io, client } = work
  if (file === '-' && !options.yes) throw needsYes(`${command} -`)
  const { documentBytesMax, inFolder, readFile } = await import('../document-file/outside.ts')
  const at = inFolder(io.cwd, file, io.environment.HOME)
  const found = file === '-' ? { text: await readStdin(io.stdin) } : readFile(at, documentBytesMax)
  if ('message' in found) throw new TscalerError('bad-input', `The inventory: ${found.message}`)
  const hosts = await read(found.text, { file, folder: file === '-' ? io.cwd : path.dirname(at), options })
  const present = await client.ask<Document>({ path: '/export' })
  return takeIn(work, { hosts, name: file === '-' ? 'stdin' : file, present, command, options })
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
