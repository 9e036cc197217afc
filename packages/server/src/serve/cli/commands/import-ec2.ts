import { type Command, InvalidArgumentError } from 'commander'
import type { Document } from '../../../wire/document.ts'
import type { FoundInstances } from '../../../wire/instances.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { type TakeInOptions, takeIn, withLogin } from '../take-in.ts'
import { count } from '../text.ts'
import { addCommand, attend, type Call, type Work, withCommon } from '../work.ts'

interface Ec2Options extends TakeInOptions {
  ec2Profile: string
  tag: Record<string, string>
}

/** `tscaler import ec2`: takes in machines that a cloud has already, by their tags. */
export function importEc2Command(group: Command, call: Call): void {
  const ec2 = addCommand(group, 'ec2', 'Take in the machines that EC2 has with these tags.')
    .requiredOption('--ec2-profile <name>', 'the EC2 profile whose region and keys are used, which is there already')
    .requiredOption(
      '--tag <key=value...>',
      'a tag that they have; several must all be there; a key alone: whatever its value',
      withTag,
    )
  ec2.addHelpText('after', footer)
  withCommon(withLogin(ec2)).action((options: Ec2Options) => attend(call, options, (work) => importEc2(work, options)))
}

const footer = `
Taken in are machines that run, have an address and are no nodes yet. A node is named by the tag
Name, and goes into the cluster of the tag Cluster where --cluster is not given. Nodes that carry no
tags of this installation can be watched and worked on, and are never removed by tscaler.`

function withTag(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [key = '', ...value] = text.split('=')
  if (key === '') throw new InvalidArgumentError('Expected KEY=VALUE, or KEY.')
  return { ...before, [key]: value.join('=') }
}

async function importEc2(work: Work, options: Ec2Options): Promise<ExitCode> {
  const { client, out } = work
  const { ec2Profile, tag: tags, ...rest } = options
  const { hostsOfInstances } = await import('../adopt/ec2.ts')
  const found = await client.ask<FoundInstances>({
    method: 'POST',
    path: '/instances/find',
    body: { ec2Profile, tags },
  })
  const present = await client.ask<Document>({ path: '/export' })
  const { hosts, notes } = hostsOfInstances(found, { ec2Profile, present })
  if (hosts.length === 0) return nothingNew(work, { found, notes })
  if (!out.json) out.line(`EC2 has ${count(found.items.length, 'machine')} with ${shown(tags)}.`)
  return takeIn(work, {
    hosts: { hosts, findings: [] },
    name: 'EC2',
    where: (line) => hosts[line - 1]?.instance?.id ?? 'EC2',
    present,
    notes,
    command: 'import ec2',
    options: rest,
  })
}

/** That all of them are here is what was wanted; that there are none is not. */
function nothingNew({ out }: Work, { found, notes }: { found: FoundInstances; notes: string[] }): ExitCode {
  out.answer({ changes: [], unchanged: 0, leftAlone: [] }, () => {
    out.line(found.items.length === 0 ? 'EC2 has no machine with these tags.' : 'Nothing to take in.')
    for (const note of notes) out.line(note)
  })
  return found.items.length === 0 ? exitCodes.failed : exitCodes.done
}

function shown(tags: Record<string, string>): string {
  return Object.entries(tags)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ')
}
